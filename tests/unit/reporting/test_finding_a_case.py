"""A case is found by its id or its folio."""

from typing import Any

import pytest

from services.reporting import views
from services.reporting.refusals import FolioMistyped
from shared.kernel.refusals import Refused


def test_what_has_a_null_character_is_refused_before_the_database_is_asked() -> None:
    def asked(*_: Any) -> list[Any]:
        raise AssertionError

    for written in ("\0\0", "CHH-\0000-1"):
        with pytest.raises(Refused) as refused:
            views._find(asked, written, None)
        assert isinstance(refused.value.refusal, FolioMistyped)
