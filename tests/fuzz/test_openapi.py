"""Every operation of every service answers as its OpenAPI says, whatever it is sent, by whomever.

No 500, no undocumented status, content type or header, no body that breaks its own schema; what is
not as described is refused; and no refusal repeats what was sent.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.generation.case import Case

from tests.fuzz.api_requests import CALLERS, Fitting, Operation, examine, fittings, operations, send
from tests.integration.http.api_client import ApiClient, Who
from tests.walks import tries


@pytest.mark.integration
@pytest.mark.scaled
@pytest.mark.timeout(0)  # a soak goes on for as long as it was told to
@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_answer_is_as_described(api: ApiClient, operation: Operation) -> None:
    scenario = operation.stage(api)

    @tries(40)
    @given(case=operation.cases(), fitting=fittings, who=st.sampled_from(CALLERS))
    def check(case: Case[Any], fitting: Fitting, who: Who) -> None:
        fitting.fit(operation, case, scenario)
        examine(case, send(api, operation, case, who), fitting)

    check()
