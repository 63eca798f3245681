"""Launches that are refused as they begin: nobody is sent to an EHR that we do not know."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.models import Ehr, ScopeJustification
from tests.smartapp.launch.lax_ehr import REMOVED, LaxEhr
from tests.smartapp.launch.refused import refused
from tests.smartapp.launch.walk import begin, come_back

pytestmark = pytest.mark.usefixtures("ehr")


# --- how it begins ---


@pytest.mark.parametrize(
    "issuer",
    [
        "https://evil.example.org/fhir",
        "{}/extra",
        "{}//",
        "{}?x=1",
        "{}#x",
        "http://user@127.0.0.1/fhir",
        "//127.0.0.1/fhir",
        "javascript:alert(1)",
    ],
)
def test_an_unregistered_issuer_is_refused_and_nothing_is_sent_to_it(
    client: Client, lax: LaxEhr, issuer: str
) -> None:
    response = client.get("/launch/", {"iss": issuer.format(lax.issuer), "launch": "x"})
    refused(response, "unknown_issuer")
    assert lax.asked == []


def test_an_issuer_in_another_case_is_refused(client: Client, lax: LaxEhr) -> None:
    refused(
        client.get("/launch/", {"iss": lax.base_url + "/FHIR", "launch": "x"}), "unknown_issuer"
    )


def test_an_issuer_that_was_switched_off_is_refused(client: Client, lax: LaxEhr, ehr: Ehr) -> None:
    ehr.is_active = False
    ehr.save()
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "unknown_issuer")
    refused(client.get("/launch/standalone/lax/"), "unknown_issuer")


def test_a_scope_that_nobody_approved_is_not_asked_for(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    ehr.scopes += " patient/Condition.rs"
    ehr.save()
    response = client.get("/launch/", {"iss": lax.issuer, "launch": "x"})
    refused(response, "scope_unapproved")
    assert AuditEvent.objects.latest("pk").detail["detail"] == "patient/Condition.rs"
    assert lax.asked == []
    assert "page Scopes" in response.content.decode()


def test_a_scope_given_up_or_waiting_anew_is_not_asked_for(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    rows = ScopeJustification.objects.filter(ehr=ehr, scope="patient/Observation.rs")
    rows.update(given_up_at=timezone.now())
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "scope_unapproved")
    rows.update(given_up_at=None, approved_at=None)
    refused(client.get("/launch/standalone/lax/"), "scope_unapproved")
    assert lax.asked == []


@pytest.mark.parametrize("query", ["", "iss=x", "launch=x", "iss=&launch="])
def test_a_launch_without_its_parameters_is_refused(client: Client, query: str) -> None:
    refused(client.get(f"/launch/?{query}"), "launch_incomplete")


def test_a_repeated_parameter_is_refused(client: Client, lax: LaxEhr) -> None:
    query = f"iss={lax.issuer}&iss=https://evil.example.org&launch=x"
    refused(client.get(f"/launch/?{query}"), "launch_incomplete")


@pytest.mark.parametrize("methods", [[], ["plain"], ["s256"]])
def test_an_ehr_that_lists_pkce_methods_without_s256_is_refused(
    client: Client, lax: LaxEhr, methods: list[str]
) -> None:
    lax.smart = {"code_challenge_methods_supported": methods}
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "pkce_unsupported")


def test_an_ehr_that_serves_backends_alone_opens_no_launch(client: Client, lax: LaxEhr) -> None:
    lax.smart = {"authorization_endpoint": REMOVED}
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "authorization_missing")


@pytest.mark.parametrize(
    "smart",
    [
        {"token_endpoint": "http://ehr.example.org/token"},
        {"token_endpoint": REMOVED},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://ehr.example.org/authorize"},
        {"jwks_uri": "ftp://ehr.example.org/jwks"},
        {"capabilities": "launch-ehr"},
    ],
)
def test_an_ehr_with_unsafe_or_missing_addresses_is_refused(
    client: Client, lax: LaxEhr, smart: dict[str, Any]
) -> None:
    lax.smart = smart
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), "discovery_unreadable")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, {}, b"<html>Sign in</html>"), "discovery_unreadable"),
        ((200, {}, b"[]"), "discovery_unreadable"),
        ((200, {}, b"x" * 1_000_001), "discovery_unreadable"),
        ((200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"), "discovery_unreadable"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "discovery_unreadable"),
        ((404, {}, b"{}"), "discovery_unreadable"),
        ((500, {}, b"{}"), "ehr_unavailable"),
        ((429, {}, b"{}"), "ehr_unavailable"),
    ],
)
def test_an_ehr_that_does_not_describe_itself_is_refused(
    client: Client, lax: LaxEhr, answer: tuple[int, dict[str, str], bytes], code: str
) -> None:
    lax.raw = {"/fhir/.well-known/smart-configuration": answer}
    refused(client.get("/launch/", {"iss": lax.issuer, "launch": "x"}), code)


def test_an_ehr_that_is_down_is_told_from_one_that_is_wrong(client: Client, ehr: Ehr) -> None:
    ehr.issuer = "http://127.0.0.1:9/fhir"
    ehr.save()
    refused(client.get("/launch/", {"iss": ehr.issuer, "launch": "x"}), "ehr_unavailable")


# --- where the browser may be sent ---


@pytest.mark.parametrize(
    "extra",
    [
        {"next": "https://evil.example.org"},
        {"redirect_uri": "https://evil.example.org"},
        {"target_link_uri": "https://evil.example.org"},
        {"return_to": "//evil.example.org"},
    ],
)
def test_no_parameter_moves_the_browser_elsewhere(
    client: Client, lax: LaxEhr, extra: dict[str, str]
) -> None:
    begun = client.get("/launch/", {"iss": lax.issuer, "launch": "x", **extra})
    assert begun["Location"].startswith(f"{lax.server}/authorize?")
    assert "evil" not in begun["Location"]
    sent = begin(client, lax)
    done = come_back(client, sent, **extra)
    assert done["Location"].startswith("/l/")
    assert "evil" not in done["Location"]
