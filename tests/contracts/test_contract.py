"""A contract is called on the wire what its class is called in its service's module."""

import sys
from types import ModuleType

import pytest

from shared.contracts import CONTRACTS
from shared.contracts.contract import Contract, Key, contracts_in, parts_of


class BookLentV1(Contract, frozen=True, kw_only=True):
    key = Key.CASE


class BookLentV12(BookLentV1, frozen=True, kw_only=True):
    """A later version."""


class AboutBook(Contract, frozen=True, kw_only=True):
    """What contracts have in common is no contract: it has no version."""

    key = Key.CASE


def test_a_module_s_contracts_are_found_by_service_name_and_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = ModuleType("shared.contracts.library")
    vars(module).update(BookLentV1=BookLentV1, BookLentV12=BookLentV12, AboutBook=AboutBook, V=7)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert contracts_in(module.__name__) == {
        "mx.canaliza.library.book-lent.v1": BookLentV1,
        "mx.canaliza.library.book-lent.v12": BookLentV12,
    }


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_published_contract_stands_in_the_module_of_its_service(name: str) -> None:
    module = sys.modules[CONTRACTS[name].__module__]
    own_name = module.__name__.removeprefix("shared.contracts.")
    assert vars(module).get("PART_OF", own_name) == parts_of(name).service
