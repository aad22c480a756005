"""How published facts reach the other services: one port, three homes; the one of ``kafka``."""
