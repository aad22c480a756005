"""Fixtures: the four services and three institutions, as the HTTP tests have them."""

from tests.integration.http.conftest import api

__all__ = ["api"]
