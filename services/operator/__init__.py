"""The composition root's parts: with cli.py and __main__.py, all that knows two services."""
