"""What ``canaliza referral link`` prints: a link that can be opened, or how to complete it."""

import pytest

from services.operator.cli import referral_linking
from shared.kernel.ids import new_id
from tests.command_line import CommandLine

ORIGIN = "https://casos.example.org"


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """Where browsers find the pages; empty: nobody said."""
    found = str(request.param)
    monkeypatch.setattr(referral_linking, "_sides", lambda *_: (new_id(), "oficina"))
    monkeypatch.setattr(referral_linking, "_carried_out", lambda *_: (("link-issued",), found))
    return found


@pytest.mark.parametrize("origin", [ORIGIN], indirect=True)
def test_where_the_pages_have_an_address_the_link_is_whole(
    canaliza: CommandLine, origin: str
) -> None:
    said = canaliza("referral", "link", str(new_id())).out
    assert "Entregue este enlace" in said
    assert f"{origin}/enlace/" in said
    assert canaliza("referral", "link", str(new_id()), "--json").json["complete"]


@pytest.mark.parametrize("origin", [""], indirect=True)
@pytest.mark.parametrize(
    ("lang", "more"), [("es", "anteponga a lo que sigue"), ("en", "put the one that opens")]
)
def test_where_they_have_none_it_is_said_how_to_complete_it(
    canaliza: CommandLine, origin: str, lang: str, more: str
) -> None:
    result = canaliza("referral", "link", str(new_id()), "--lang", lang)
    said = " ".join(result.out.split())
    assert (result.code, origin) == (0, "")
    assert "Entregue este enlace" not in said
    assert "Hand this link over" not in said
    assert more in said
    assert "CANALIZA_PUBLIC_URL" in said
    assert " /enlace/" in said
    assert not canaliza("referral", "link", str(new_id()), "--json").json["complete"]
