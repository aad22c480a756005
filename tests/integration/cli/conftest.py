"""Gives the tests of this folder the command line."""

from tests.command_line import canaliza

__all__ = ["canaliza"]
