"""The claims file: what it says of whom, what it refuses, and what is wrong with a wrong one."""

from pathlib import Path
from typing import Any

import pytest

from shared.definitions.flaw import DefinitionNotUsable
from shared.identity.oidc_claims import CLAIMS as KIND
from shared.identity.oidc_claims import Assigned, ClaimsFile, NotAssigned, read_claims
from shared.kernel.refusals import Refused
from shared.kernel.roles import ROLES
from tests.oidc.real_provider import CLAIMS, SYSTEM

EXAMPLE = Path(__file__).parents[2] / "deploy/examples/oidc-claims.yaml"


@pytest.fixture
def file() -> ClaimsFile:
    return KIND.read(CLAIMS, "claims.yaml")


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["caso"], ("caseworker",)),
        (["caso", "caso", "offline_access"], ("caseworker",)),
        (["audita", "mira"], ("auditor", "monitor")),
        ("mira", ("monitor",)),
    ],
)
def test_a_person_is_who_the_claims_say(
    file: ClaimsFile, roles: Any, expected: tuple[str, ...]
) -> None:
    found = file.assigned("app", "ana", {"institution": "Oficina", "roles": roles})
    assert found == Assigned("oficina-laboral", expected)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"institution": "Oficina"},
        {"roles": ["caso"]},
        {"institution": "Otra", "roles": ["caso"]},
        {"institution": "oficina-laboral", "roles": ["caso"]},  # a code is no value of the claim
        {"institution": ["Oficina", "Otra"], "roles": ["caso"]},
        {"institution": {"Oficina": 1}, "roles": ["caso"]},
        {"institution": 7, "roles": ["caso"]},
        {"institution": "Oficina", "roles": []},
        {"institution": "Oficina", "roles": ["offline_access"]},
        {"institution": "Oficina", "roles": ["caso", "jefa"]},
        {"institution": "Oficina", "roles": ["caseworker"]},
        {"institution": "Oficina", "roles": ["caso", 7]},
        {"institution": "Oficina", "roles": ["caso", "audita"]},
        {"institution": "Oficina", "roles": {"caso": True}},
    ],
    ids=str,
)
def test_whoever_the_file_does_not_name_is_refused(
    file: ClaimsFile, claims: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        file.assigned("app", "ana", claims)
    assert refused.value.refusal == NotAssigned()


def test_a_system_is_who_the_file_says_whatever_its_token_claims(file: ClaimsFile) -> None:
    claims = {"institution": "Oficina", "roles": ["audita"]}
    assert file.assigned(SYSTEM, SYSTEM, claims) == Assigned("comision-ddhh", ("caseworker",))


def test_a_claim_may_lie_within_others() -> None:
    file = KIND.read(
        """
persons:
  institution: {claim: [organization, code], codes: {A: oficina-laboral}}
  roles: {claim: [resource_access, "https://canaliza", roles], names: {r: monitor}}
""",
        "claims.yaml",
    )
    claims = {
        "organization": {"code": "A"},
        "resource_access": {"https://canaliza": {"roles": ["r"]}},
    }
    assert file.assigned("app", "ana", claims) == Assigned("oficina-laboral", ("monitor",))
    with pytest.raises(Refused):
        file.assigned("app", "ana", {"organization": "A", "resource_access": "r"})


def test_an_institution_can_answer_if_somebody_can_come_as_its_caseworker(
    file: ClaimsFile,
) -> None:
    assert file.answering() == {"oficina-laboral", "comision-ddhh", "albergue-lejano"}
    nobody = KIND.read("systems: {a: {institution: oficina-laboral, roles: [monitor]}}", "c.yaml")
    assert nobody.answering() == set()
    assert nobody.institutions() == {"oficina-laboral"}


def test_the_example_can_be_used() -> None:
    file = read_claims(EXAMPLE)
    claims = {
        "institution": "STPS Chihuahua",
        "resource_access": {"canaliza": {"roles": ["uma_authorization", "canaliza-caseworker"]}},
    }
    assert file.assigned("app", "ana", claims).institution == "stps-chihuahua"
    assert file.answering() == {"stps-chihuahua", "cedh-chihuahua", "fge-chihuahua"}


def test_the_schema_knows_every_role() -> None:
    for role in ROLES:
        file = KIND.read(f"systems: {{a: {{institution: abc, roles: [{role}]}}}}", "c.yaml")
        assert file.assigned("a", "a", {}) == Assigned("abc", (role,))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("persons: {", 1, "stops being YAML"),
        ("person: {}", 1, "unknown key; expected: persons"),
        ("systems:\n  a:\n    institution: abc\n", 2, "the key “roles” is missing"),
        ("systems:\n  a:\n    institution: abc\n    roles: [boss]", 4, "caseworker"),
        ("systems:\n  a:\n    institution: Oficina X\n    roles: [monitor]", 3, "small letters"),
        ("systems:\n  a:\n    institution: abc\n    roles: [auditor, caseworker]", 4, "audits"),
        ("systems:\n  a:\n    institution: abc\n    roles: []", 4, "at least one"),
        ("systems:\n  7:\n    institution: abc\n    roles: [monitor]", 1, "text, quoted"),
        (CLAIMS.replace("[offline_access]", "[caso]"), 9, "is not ignored"),
        (CLAIMS.replace("oficina-laboral", "pelj900101hchrpn09"), 5, "a person's"),
    ],
)
def test_a_wrong_file_is_told_by_line_what_was_expected(text: str, line: int, words: str) -> None:
    with pytest.raises(DefinitionNotUsable) as wrong:
        KIND.read(text, "claims.yaml")
    told = [(flaw.line, flaw.located("claims.yaml").en) for flaw in wrong.value.flaws]
    assert any(at == line and words in sentence for at, sentence in told), told


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionNotUsable, match=r"nowhere\.yaml"):
        read_claims(tmp_path / "nowhere.yaml")
