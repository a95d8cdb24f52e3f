"""What the description allows, and what it does not, is sent: no 500, no answer beside it."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from schemathesis.checks import negative_data_rejection, positive_data_acceptance

from interlock.operations.permissions import Scope
from tests.api.conftest import secret_for
from tests.operations import desk

pytestmark = pytest.mark.sqlite

EXAMPLES = int(os.environ.get("INTERLOCK_TEST_EXAMPLES", "12"))
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def secret(db: None) -> str:  # noqa: ARG001 - opens the database
    desk.opened()
    return secret_for(*Scope)


@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_description_names(
    case: schemathesis.Case[Any], secret: str
) -> None:
    # what fits the form can be wrong all the same (another body with a key, a cursor made up), and
    # what does not can be right (the token is put on again, and in an address all is text)
    beside = [positive_data_acceptance, negative_data_rejection]
    bearer = {"Authorization": f"Bearer {secret}"}
    answer = case.call_and_validate(headers=bearer, excluded_checks=beside)
    assert answer.status_code < 500
