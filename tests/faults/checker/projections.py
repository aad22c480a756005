"""Reporting's rows held against a fold of all three topics, row by row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.faults.checker.consent_rows import consents
from tests.faults.checker.contracts import Contracts, key_of
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.follow_ups import FOLLOW_UP, GOING, SAME, Standing
from tests.faults.checker.later_rows import SERVED, referral_clocks, served
from tests.faults.checker.rows import Broken, Event
from tests.faults.checker.sights import sights_of
from tests.faults.checker.stations import GOES_ON, OPEN, REFERRAL, Stations

Row = dict[str, Any]
Rows = dict[tuple[Any, ...], Row]
_SEES = {
    **dict.fromkeys(OPEN, "preview"),
    **dict.fromkeys(GOES_ON, "case"),
    **dict.fromkeys(("revoked", "closed", "failed"), "past"),
    **dict.fromkeys(("draft", "discarded", "declined", "rerouted", "withdrawn"), "nothing"),
    "superseded": "nothing",
    **dict.fromkeys(("expired-unacknowledged", "expired-undecided"), "nothing"),
    "entered-in-error": "kept",
    "cancelled-by-person": "ended",
}
"""What the addressee sees of the case, by the referral's status."""
_TURN = {
    **dict.fromkeys(("requested", "delivered", "acknowledged", "waitlisted"), "addressee"),
    **dict.fromkeys(GOES_ON, "follower"),
    "information-awaited": "sender",
    "decline-proposed": "coordinator",
    "draft": "custodian",
}
_REASONED = frozenset(
    {
        *("referral-declined", "decline-corrected", "referral-withdrawn", "referral-revoked"),
        *("referral-waitlisted", "decline-proposed", "referral-rerouted", "referral-failed"),
        *("referral-cancelled-by-person", "draft-discarded"),
    }
)
"""The facts whose reason is that of the status."""
_ENDED = ("referral-closed", "referral-failed", "referral-cancelled-by-person")
_RECORDED = {
    "referral-accepted": "accepted_recorded",
    "referral-revoked": "revoked_recorded",
    **dict.fromkeys(_ENDED, "closed_recorded"),
}
_POSITIONS = {
    **dict.fromkeys(_ENDED, "closed_position"),
    "referral-reopened": "reopened_position",
}
_DECIDED = frozenset(
    {
        *("referral-accepted", "referral-declined", "referral-withdrawn"),
        *("referral-superseded", "referral-rerouted"),
    }
)
_OF_A_CASE = frozenset(
    {
        *("case-registered", "case-corrected", "case-entered-in-error"),
        *("correction-turned-into-proposal", "void-turned-into-request"),
        *("custody-taken", "custody-assigned", "custody-ended", "referral-accepted"),
        *("case-closed", "case-reopened"),
    }
)
_DESCRIBING = {"case-registered", "case-corrected", "correction-turned-into-proposal"}
_CASE_FIELDS = ("subdivision", "municipality", "channel")
_DETAILS = (
    *("age_band", "sex", "nationality", "migratory_condition"),
    *("sector", "occupation", "violations"),
)
_EMPTY_CASE = dict.fromkeys(
    (
        *("institution", "folio", "programme", "registered_at", "registered_local", "source_key"),
        *(*_CASE_FIELDS, "opened_at", "opened_local", *_DETAILS),
        *("custodian", "last_custodian"),
        *("closed_at", "closed_local", "closing_class"),
    )
) | dict.fromkeys(("in_error", "closed_undated"), False)
_ENTRY = ("name", "kind", "subdivision", "programmes")
_EMPTY_ENTRY = dict.fromkeys((*_ENTRY, "reachable_until"))
_INSTITUTION_STATUS = {
    "institution-suspended": "suspended",
    "institution-closed": "closed",
    "institution-reactivated": "active",
}
_EMPTY_REFERRAL = dict.fromkeys(
    (
        *("sender", "addressee", "kind", "priority", "requested_at", "acknowledged_at"),
        *("decided_at", "reason", "reason_class", "replaces"),
        *_RECORDED.values(),
        *_POSITIONS.values(),
    )
)
_EMPTY_FOLLOW_UP = dict.fromkeys(
    (
        *("institution", "status", "open", "in_error"),
        *("opened_at", "closed_at", "closing_class", "referral_status", *SERVED),
    )
)

_EMPTY_OUTCOME = dict.fromkeys(
    (
        *("outcome", "outcome_class", "measures", "amount", "currency"),
        *("effective_on", "replaced"),
    )
)


def reporting_equals_the_topics(evidence: Evidence) -> Iterator[Broken]:
    """History, directory, cases, referrals, follow-ups, outcomes, parties: as the messages say."""
    events = evidence.heard("reporting")
    for table, fold in FOLDS.items():
        yield from differences(table, fold(events, evidence.contracts), evidence.tables[table])


def differences(table: str, wanted: Rows, found: Sequence[Mapping[str, Any]]) -> Iterator[Broken]:
    """Name each row that is missing, too many, or says something else. The keys are ``KEYS``."""
    there = {tuple(row[name] for name in KEYS[table]): row for row in found}
    if len(there) != len(found):
        yield Broken("", "a row stands twice", {"table": table})
    for key, row in wanted.items():
        actual = there.pop(key, None)
        details = {"table": table, "key": [str(part) for part in key]}
        if actual is None:
            yield Broken(_case(row), "a row is missing", details)
            continue
        columns = [name for name, value in row.items() if actual[name] != value]
        if columns:
            values = {n: [str(row[n]), str(actual[n])] for n in columns}
            yield Broken(_case(row), "a row differs from the fold", {**details, "columns": values})
    for key, extra in there.items():
        details = {"table": table, "key": [str(part) for part in key]}
        yield Broken(_case(extra), "a row follows from no message", details)


def history(events: Sequence[Event], _: Contracts) -> Rows:
    """Every message as it came; its data compares as JSON."""
    rows: Rows = {}
    for event in events:
        envelope = event.envelope
        rows[event.message.source, event.position] = {
            "source": event.message.source,
            "position": event.position,
            "id": envelope["id"],
            "type": envelope["type"],
            "key": event.message.key,
            "happened_at": at(envelope["time"]),
            "happened_local": local(envelope["time"]),
            "recorded_at": at(envelope["recordedat"]),
            "institution": envelope["institution"],
            "role": envelope["role"],
            "subject": envelope["actor"],
            "causation": envelope["causationid"],
            "import_mapping": envelope.get("importmapping"),
            "import_file": envelope.get("importfile"),
            "legal_basis": envelope.get("legalbasis"),
            "data": event.data,
        }
    return rows


def institutions(events: Sequence[Event], _: Contracts) -> Rows:
    """The directory as it was last described, and who takes part and can be reached."""
    rows: Rows = {}
    for event in events:
        if key_of(event.name) == "institution":
            payload = event.data
            begun = {"code": payload["institution"], "status": "active", **_EMPTY_ENTRY}
            begun["reachable"] = False
            row = rows.setdefault((payload["institution"],), begun)
            row |= {name: payload[name] for name in _ENTRY if name in payload}
            row["status"] = _INSTITUTION_STATUS.get(event.name, row["status"])
            if event.name in {"institution-made-reachable", "institution-made-unreachable"}:
                row["reachable"] = event.name == "institution-made-reachable"
                row["reachable_until"] = at(payload.get("until"))
    return rows


def cases(events: Sequence[Event], _: Contracts) -> Rows:
    """A case as intake published it last, and who has custody of it by referral's last message."""
    rows: Rows = {}
    for event in events:
        if event.name not in _OF_A_CASE:
            continue
        row = rows.setdefault((event.message.key,), {"case_id": event.message.key, **_EMPTY_CASE})
        payload = event.data
        if event.name == "case-registered":
            row |= {name: payload[name] for name in ("institution", "folio", "programme")}
            row["registered_at"] = at(event.envelope["time"])
            row["registered_local"] = local(event.envelope["time"])
            row["source_key"] = payload.get("source_key")
        if event.name in _DESCRIBING:
            row |= {name: payload[name] for name in _CASE_FIELDS}
            row |= {name: payload["details"][name] for name in _DETAILS}
            row |= {
                "opened_at": at(payload["opened_at"]),
                "opened_local": local(payload["opened_at"]),
            }
        row |= _standing(event)
    return rows


def _standing(event: Event) -> Row:
    """What a fact says of error, custody and closing."""
    match event.name:
        case "case-entered-in-error" | "void-turned-into-request":
            return {"in_error": event.name == "case-entered-in-error"}
        case "custody-taken" | "custody-assigned" | "referral-accepted":
            return dict.fromkeys(("custodian", "last_custodian"), event.data["custodian"])
        case "custody-ended":
            return {"custodian": None, "last_custodian": event.data["custodian"]}
        case "case-closed" | "case-reopened":
            return _closing(event)
        case _:
            return {}


def _closing(event: Event) -> Row:
    """When a case was closed and of what class its outcome is; nothing once it is reopened."""
    time = event.envelope["time"] if event.name == "case-closed" else None
    return {
        "closed_at": at(time),
        "closed_local": local(time),
        "closing_class": event.data.get("outcome_class"),
        "closed_undated": event.data.get("undated", False),
    }


def referrals(events: Sequence[Event], _: Contracts) -> Rows:
    """Each referral's status, and when it was requested, acknowledged and decided."""
    rows: Rows = {}
    stations = Stations()
    for event in events:
        if event.name not in REFERRAL:
            continue
        payload, moment = event.data, at(event.envelope["time"])
        row = rows.setdefault(
            (payload["referral_id"],), {"referral_id": payload["referral_id"], **_EMPTY_REFERRAL}
        )
        status = stations.read(payload["referral_id"], event.name)
        if REFERRAL[event.name][1] is SAME:
            continue
        row |= {"case_id": event.message.key, "status": status}
        row["open"] = row["status"] in OPEN
        row |= _bounds(event)
        row["addressee_sees"] = _SEES[row["status"]]
        row["followed"] = row["status"] == "accepted"
        row["turn"] = _TURN.get(status)
        for name in ("sender", "addressee", "kind", "priority", "replaces"):
            row[name] = payload.get(name, row[name])
        reasoned = event.name in _REASONED
        row["reason"] = payload["reason"] if reasoned else None
        row["reason_class"] = payload.get("reason_class") if reasoned else None
        if event.name == "referral-requested":
            row["requested_at"] = moment
        elif event.name == "referral-acknowledged":
            row["acknowledged_at"] = moment
        elif event.name in _DECIDED:
            row["decided_at"] = moment
    return rows


def _bounds(event: Event) -> Row:
    """When what the addressee may see of the case began or ended, if it did with this message."""
    found: Row = {}
    if event.name in _RECORDED:
        found[_RECORDED[event.name]] = at(event.envelope["recordedat"])
    if event.name in _POSITIONS:
        found[_POSITIONS[event.name]] = event.position
    return found


def previews(events: Sequence[Event], _: Contracts) -> Rows:
    """What the addressee of each referral was shown."""
    names = ("referral_id", "programme", "subdivision", "age_band", "sex")
    return {
        (event.data["referral_id"],): {
            "case_id": event.message.key,
            **{name: event.data[name] for name in names},
        }
        for event in events
        if event.name == "case-previewed"
    }


def follow_ups(events: Sequence[Event], _: Contracts) -> Rows:
    """Each follow-up's status, and how much was done."""
    rows: Rows = {}
    followed = Standing(FOLLOW_UP)
    for event in events:
        if event.message.source != "followup":
            continue
        payload, timestamp = event.data, event.envelope["time"]
        key = (payload["referral_id"],)
        begun = {"referral_id": key[0], "contacts": 0, "services": 0, **_EMPTY_FOLLOW_UP}
        row = rows.setdefault(key, begun)
        row["case_id"] = event.message.key
        row["contacts"] += event.name == "contact-recorded"
        row["contacts"] -= event.name == "contact-entered-in-error"
        row["services"] += event.name == "service-delivered"
        row["services"] -= event.name == "service-entered-in-error"
        if event.name == "follow-up-opened":
            row |= {"institution": payload["institution"], "opened_at": at(timestamp)}
        row |= served(event)
        before = followed.of(key[0])
        status = followed.read(key[0], event.name)
        if status != before:
            closed = status == "closed"
            row |= {
                "status": status,
                "open": status in GOING,
                "referral_status": status if status == "on-hold" else None,
                "in_error": True if status == "entered-in-error" else row["in_error"],
                "closed_at": at(timestamp) if closed else None,
                "closing_class": payload["outcome_class"] if closed else None,
            }
    return rows


def outcomes(events: Sequence[Event], contracts: Contracts) -> Rows:
    """One row for each fact that says what came of it, and whether another replaced it."""
    rows: Rows = {}
    for event in events:
        if event.message.source != "followup":
            continue
        payload, referral = event.data, event.data["referral_id"]
        if event.name in {"outcome-recorded", "outcome-corrected"}:
            row = _outcome(rows, referral, int(event.envelope["id"].rpartition(":")[2]), event)
            row |= {
                "outcome": payload["outcome"],
                "outcome_class": payload["outcome_class"],
                "measures": contracts.says("outcome_kinds", payload["outcome"], "measures"),
                "amount": None if payload["amount"] is None else Decimal(payload["amount"]),
                "currency": payload["currency"],
                "effective_on": None
                if payload["on"] is None
                else date.fromisoformat(payload["on"]),
            }
        if event.name in {"outcome-corrected", "outcome-entered-in-error"}:
            _outcome(rows, referral, int(payload["replaces"]), event)["replaced"] = True
    return rows


def _outcome(rows: Rows, referral: str, version: int, event: Event) -> Row:
    """The row of a fact, new if there is none yet."""
    key = {"referral_id": referral, "version": version}
    begun = {**key, "case_id": event.message.key, **_EMPTY_OUTCOME}
    return rows.setdefault((referral, version), begun)


def parties(events: Sequence[Event], contracts: Contracts) -> Rows:
    """What each institution sees of a case, and until when."""
    fold = (each(events, contracts) for each in (cases, referrals, previews))
    return sights_of(*(list(rows.values()) for rows in fold))


def at(text: str | None) -> datetime | None:
    """A moment from its text."""
    return None if text is None else datetime.fromisoformat(text)


def local(text: str | None) -> datetime | None:
    """The wall clock's time there and then."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=None)


def _case(row: Mapping[str, Any]) -> str:
    return str(row.get("case_id") or row.get("key") or "")


KEYS = {
    "history": ("source", "position"),
    "institutions": ("code",),
    "cases": ("case_id",),
    "previews": ("referral_id",),
    "referrals": ("referral_id",),
    "follow_ups": ("referral_id",),
    "outcomes": ("referral_id", "version"),
    "referral_clocks": ("referral_id",),
    "consents": ("consent_id",),
    "parties": ("case_id", "institution"),
    "tallies": ("measure", "programme", "subdivision", "label", "key"),
}
"""What identifies a row of each table."""
FOLDS: Mapping[str, Callable[[Sequence[Event], Contracts], Rows]] = {
    "history": history,
    "institutions": institutions,
    "cases": cases,
    "previews": previews,
    "referrals": referrals,
    "follow_ups": follow_ups,
    "outcomes": outcomes,
    "referral_clocks": referral_clocks,
    "consents": consents,
    "parties": parties,
}
