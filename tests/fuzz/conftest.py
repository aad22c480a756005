"""Fixtures: the four services and three institutions, as the HTTP tests have them."""

from tests.integration.http.conftest import town

__all__ = ["town"]
