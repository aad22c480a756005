"""How published facts reach the other services: one port, two homes. The one home of ``kafka``."""
