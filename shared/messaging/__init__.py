"""How published facts reach the other services: one port and three implementations.

The only package that imports ``kafka``.
"""
