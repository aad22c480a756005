"""Every route that takes JSON reads it so that no other reader could understand it otherwise."""

import json

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from services.installation import ALL
from shared.web.json_body import JsonRoute, read_json


def test_every_route_that_takes_a_body_reads_it_strictly() -> None:
    contexts = [each for service in ALL for each in iter_route_contexts(service.router.routes)]
    routes = [each.original_route for each in contexts]
    taking = [r for r in routes if isinstance(r, APIRoute) and r.methods != {"GET"}]
    assert "/institutions/{institution}/tokens" in {route.path for route in taking}
    assert [route.path for route in taking if not isinstance(route, JsonRoute)] == []


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "c": 2, "a": null}}]'])
def test_a_field_that_is_there_twice_is_refused(body: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        read_json(body)


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_only_utf_8_is_read(coding: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json('{"a": 1}'.encode(coding))


def test_the_same_name_in_different_objects_is_no_repetition() -> None:
    assert read_json(b'{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}')["b"] == [{"a": 1}, {"a": 1}]
