"""Answers of the token endpoint that open no launch."""

from typing import Any

import pytest
from django.test import Client

from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr
from tests.smartapp.launch.refused import refused
from tests.smartapp.launch.walk import begin, come_back

pytestmark = pytest.mark.usefixtures("ehr")


@pytest.mark.parametrize(
    "token",
    [
        {"access_token": REMOVED},
        {"access_token": ""},
        {"token_type": "mac"},
        {"token_type": REMOVED},
        {"expires_in": -5},
        {"expires_in": "soon"},
        {"patient": "../Patient/other"},
        {"patient": 7},
        {"encounter": "a b"},
        {"scope": ["a"]},
        {"need_patient_banner": "perhaps"},
    ],
)
def test_a_token_answer_of_the_wrong_shape_is_refused(
    client: Client, lax: LaxEhr, token: dict[str, Any]
) -> None:
    sent = begin(client, lax)
    lax.token = token
    refused(come_back(client, sent), "token_unreadable")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((400, {}, b'{"error":"invalid_grant"}'), "code_refused"),
        ((400, {}, b'{"error":"something of their own"}'), "code_refused"),
        ((401, {}, b'{"error":"invalid_client"}'), "client_rejected"),
        ((200, {}, b"<html>"), "token_unreadable"),
        ((200, {}, b'"text"'), "token_unreadable"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "ehr_unavailable"),
        ((503, {}, b""), "ehr_unavailable"),
    ],
)
def test_a_refused_code_is_refused(
    client: Client, lax: LaxEhr, answer: tuple[int, dict[str, str], bytes], code: str
) -> None:
    sent = begin(client, lax)
    lax.raw = {"/auth/token": answer}
    refused(come_back(client, sent), code)
