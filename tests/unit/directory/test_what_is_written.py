"""What is written of a service into a record is what is read out of it."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.referral.exchange.services import description_in, record_of
from services.referral.service import Offered, ServiceDescription
from shared.kernel.coded_fields import canonical
from shared.kernel.codes import codes
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, Coverage, EligibilityRule, Funding
from tests.unit.directory.homes import file_of
from tests.unit.directory.puente import PUENTE, SERVICE

CODES = {
    name: st.lists(st.sampled_from(sorted(codes(name))), max_size=3, unique=True).map(canonical)
    for name in ("programmes", "populations", "service_documents", "accessibilities", "languages")
}
HOURS = st.builds(
    Hours,
    rrule=st.sampled_from(["FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=1"]),
    opens=st.sampled_from(["08:00", "22:00"]),
    closes=st.sampled_from(["06:00", "24:00"]),
    zone=st.sampled_from(["America/Chihuahua", "America/Guatemala"]),
    starts_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
DESCRIPTIONS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(sorted(codes("service_kinds"))),
        "programmes": CODES["programmes"],
        "populations": CODES["populations"],
        "required_documents": CODES["service_documents"],
        "accessibility": CODES["accessibilities"],
        "languages": CODES["languages"],
        "eligibility": st.sampled_from(
            [
                (),
                (EligibilityRule("sex", ("female",)),),
                (EligibilityRule("age-band", (), ("0-11",)),),
            ]
        ),
        "cost": st.sampled_from([None, Cost(Decimal(0)), Cost(Decimal("0.1"), "USD")]),
        "duration_days": st.none() | st.integers(1, 400),
        "hours": st.lists(HOURS, max_size=2, unique=True).map(tuple),
        "coverage": st.builds(
            Coverage,
            subdivisions=st.sampled_from([(), ("MX-CHH", "MX-JAL")]),
            municipalities=st.sampled_from([(), ("08037",)]),
            regions=st.sampled_from([(), ("norte",)]),
        ),
        "funding": st.sampled_from([(), (Funding("donations", None, date(2027, 1, 1)),)]),
        "entries": st.sampled_from([(), ("ley-victimas",)]),
    }
)


@given(said=DESCRIPTIONS, kept=st.booleans(), zone=st.sampled_from([None, "America/Chihuahua"]))
def test_what_is_written_of_a_service_is_what_is_read(
    said: dict[str, Any], *, kept: bool, zone: str | None
) -> None:
    about: dict[str, Any] = {"institution": "casa", "name": "x", "taxonomy": 1}
    state = Offered(ServiceDescription(service_id=SERVICE, **about, **said, texts=None))
    record = file_of(PUENTE).organizations[0].services[0].record if kept else None
    written = record_of(state, record, zone)
    assert {k: v for k, v in description_in(written, zone).items() if k != "name"} == said
    again = file_of({"id": "o1", "name": "Casa", "services": [written]})
    assert again.problems == []
    assert again.organizations[0].services[0].record == written
