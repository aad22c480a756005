"""Rows of a file become cases, through the same commands as everybody else.

It speaks to more than one service, so it belongs to the composition root.
"""
