"""What a command asks for, which may not be another thing under the same key."""

import msgspec

from services.referral.closing import CloseCase
from services.referral.custody import DECIDER
from shared.kernel.value import replace
from shared.service.command_client import KeyedCommand
from tests.installation_secret import SECRET
from tests.personas import AT, CASE, OFFICE

CLOSE = CloseCase(by=OFFICE, at=AT, outcome="placement")


def content(command: CloseCase) -> str:
    keyed = KeyedCommand("referral", DECIDER, CASE, command, str(CASE), "key-0001", SECRET)
    return keyed.content.decode()


def test_a_command_that_has_grown_asks_for_what_it_asked_for_before() -> None:
    by = msgspec.json.encode(OFFICE).decode()
    assert content(CLOSE) == f'["CloseCase","{CASE}",{{"by":{by},"outcome":"placement"}}]'


def test_what_its_new_field_says_is_another_thing() -> None:
    assert content(replace(CLOSE, undated=True)) != content(CLOSE)
