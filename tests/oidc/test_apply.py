"""What an operator does about the provider: settings, and ``canaliza oidc apply``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.definitions.flaw import DefinitionNotUsable
from shared.identity.oidc_provider import IssuerNotUsable
from shared.service.settings import Settings
from shared.service.signing_in import ClientIsASystem, sign_in
from shared.service.vouching import AuthorityNotUsable, SettingsGoTogether, vouched_callers
from tests.certificates import Authority
from tests.command_line import CommandLine, canaliza
from tests.embedded_processes import temporary_folder
from tests.oidc.real_provider import AUDIENCE, PAGES, SYSTEM, RealProvider

__all__ = ["canaliza"]

INSTITUTIONS = ("oficina-laboral", "albergue-lejano", "comision-ddhh")


def named(*parts: str) -> str:
    return "/".join(parts)


def settings(claims: Path, **otherwise: Any) -> Settings:
    given = {
        "oidc_issuer": "https://provider.example",
        "oidc_audience": AUDIENCE,
        "oidc_claims": claims,
        "oidc_client_id": PAGES,
        "public_url": "https://canaliza.example",
    }
    return Settings(**given | otherwise)


# --- settings -----------------------------------------------------------------------------------


def test_without_a_provider_there_is_none() -> None:
    assert vouched_callers(Settings(), named) is None
    assert sign_in(Settings(), None) is None


def test_services_need_no_pages(claims_path: Path) -> None:
    alone = settings(claims_path, oidc_client_id=None, public_url=None)
    vouched = vouched_callers(alone, named)
    assert vouched is not None
    assert sign_in(alone, vouched) is None


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"oidc_audience": None}, "CANALIZA_OIDC_AUDIENCE"),
        ({"oidc_claims": None}, "CANALIZA_OIDC_CLAIMS"),
        ({"oidc_issuer": None}, "CANALIZA_OIDC_ISSUER"),
        ({"public_url": None}, "CANALIZA_PUBLIC_URL"),
        ({"oidc_client_id": None, "oidc_client_secret": "s"}, "CANALIZA_OIDC_CLIENT_ID"),
    ],
    ids=str,
)
def test_settings_of_the_provider_go_together(
    claims_path: Path, given: dict[str, Any], lacking: str
) -> None:
    with pytest.raises(SettingsGoTogether, match=lacking) as error:
        vouched_callers(settings(claims_path, **given), named)
    assert error.value.code == 2


def test_who_vouches_for_the_provider_is_read_at_start(claims_path: Path, tmp_path: Path) -> None:
    vouched = vouched_callers(settings(claims_path, oidc_ca=Authority(tmp_path).file), named)
    assert vouched is not None
    assert vouched.verifier.provider.trusting is not None
    for wrong in (tmp_path / "nowhere.pem", claims_path):
        with pytest.raises(AuthorityNotUsable, match=wrong.name) as error:
            vouched_callers(settings(claims_path, oidc_ca=wrong), named)
        assert error.value.code == 2


def test_an_issuer_in_clear_and_a_file_with_flaws_are_refused(
    claims_path: Path, tmp_path: Path
) -> None:
    with pytest.raises(IssuerNotUsable):
        vouched_callers(settings(claims_path, oidc_issuer="http://provider.example"), named)
    flawed = tmp_path / "flawed.yaml"
    flawed.write_text("person: {}", encoding="utf-8")
    with pytest.raises(DefinitionNotUsable, match="persons"):
        vouched_callers(settings(flawed), named)


def test_the_pages_own_client_is_no_system(claims_path: Path) -> None:
    wrong = settings(claims_path, oidc_client_id=SYSTEM)
    vouched = vouched_callers(wrong, named)
    with pytest.raises(ClientIsASystem):
        sign_in(wrong, vouched)


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def on_system(
    canaliza: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    provider: RealProvider,
    claims_path: Path,
) -> Iterator[CommandLine]:
    monkeypatch.setenv("CANALIZA_OIDC_ISSUER", provider.issuer)
    monkeypatch.setenv("CANALIZA_OIDC_AUDIENCE", AUDIENCE)
    monkeypatch.setenv("CANALIZA_OIDC_CLAIMS", str(claims_path))
    with temporary_folder() as folder:
        canaliza.data = folder / "data"
        yield canaliza


@pytest.mark.integration
def test_applying_the_file_checks_it_and_tells_the_directory(
    on_system: CommandLine, monkeypatch: pytest.MonkeyPatch, provider: RealProvider
) -> None:
    unlisted = on_system("oidc", "apply")
    assert unlisted.code == 1
    assert all(code in unlisted.err for code in INSTITUTIONS)
    for code in INSTITUTIONS:
        made = on_system(
            *("institution", "register", code, "--name", f"Institución {code}"),
            *("--kind", "labour-office"),
        )
        assert made.code == 0, made.err
    applied = on_system("oidc", "apply", "--json")
    assert applied.code == 0, applied.err
    assert applied.json == {
        "issuer": provider.issuer,
        "keys": 1,
        "answering": sorted(INSTITUTIONS),
        "changed": [],  # registering them told the directory already
    }
    monkeypatch.setenv("CANALIZA_OIDC_ISSUER", f"{provider.issuer}/nowhere")
    away = on_system("oidc", "apply")
    assert (away.code, "no responde como debe" in away.err) == (1, True)
    for name in ("ISSUER", "AUDIENCE", "CLAIMS"):
        monkeypatch.delenv(f"CANALIZA_OIDC_{name}")
    assert on_system("oidc", "apply").code == 2
