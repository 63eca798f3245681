"""Launches that open: what is sent, what is kept, what the trail says."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.models import Clinician, Ehr, Launch, PendingLaunch, TokenSet
from smartapp.models.launches import patient_index
from tests.smartapp.launch.lax_ehr import REMOVED, SIGNING_KEY, LaxEhr
from tests.smartapp.launch.walk import asked, begin, code_of, come_back, open_launch

pytestmark = pytest.mark.usefixtures("ehr")


def detail(event_type: str) -> dict[str, Any]:
    return AuditEvent.objects.filter(type=event_type).latest("pk").detail


def test_the_authorization_request_says_all_that_smart_asks_for(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    sent = begin(client, lax, launch="from-the-ehr")
    assert sent["response_type"] == "code"
    assert sent["client_id"] == "lax-client"
    assert sent["redirect_uri"] == "http://localhost:8000/launch/callback/lax/"
    assert sent["aud"] == lax.issuer
    assert sent["launch"] == "from-the-ehr"
    assert sent["scope"] == ehr.scopes
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["state"]) >= 43
    assert len(sent["nonce"]) >= 43


def test_state_nonce_and_challenge_are_new_each_time(client: Client, lax: LaxEhr) -> None:
    first, second = begin(client, lax), begin(client, lax)
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_the_database_holds_no_state_and_no_verifier_in_the_clear(
    client: Client, lax: LaxEhr
) -> None:
    sent = begin(client, lax)
    row = PendingLaunch.objects.get()
    stored = repr(PendingLaunch.objects.values().get())
    assert sent["state"] not in stored
    assert row.secrets["code_verifier"] not in stored
    assert client.cookies[next(iter(client.cookies))].value not in stored


def test_the_issuer_may_come_with_a_trailing_slash(client: Client, lax: LaxEhr) -> None:
    response = client.get("/launch/", {"iss": lax.issuer + "/", "launch": "x"})
    assert asked(response)["aud"] == lax.issuer


def test_a_standalone_launch_asks_for_a_patient_instead(client: Client, lax: LaxEhr) -> None:
    sent = asked(client.get("/launch/standalone/lax/"))
    assert "launch" not in sent
    assert sent["scope"].split()[0] == "launch/patient"
    assert "launch" not in sent["scope"].split()
    lax.nonce = sent["nonce"]
    assert come_back(client, sent).status_code == 302
    assert detail("launch.opened")["standalone"] is True


def test_relative_endpoints_are_below_the_fhir_base_or_its_host(
    client: Client, lax: LaxEhr
) -> None:
    lax.smart = {"authorization_endpoint": "oauth/authorize", "token_endpoint": "/auth/token"}
    response = client.get("/launch/", {"iss": lax.issuer, "launch": "x"})
    assert response["Location"].startswith(f"{lax.issuer}/oauth/authorize?")
    sent = asked(response)
    lax.nonce = sent["nonce"]
    assert come_back(client, sent).status_code == 302


def test_an_ehr_that_lists_no_pkce_methods_is_sent_a_challenge_all_the_same(
    client: Client, lax: LaxEhr
) -> None:
    lax.smart = {"code_challenge_methods_supported": REMOVED}
    assert begin(client, lax)["code_challenge_method"] == "S256"


def test_authorization_by_post_is_used_where_offered_without_inline_script(
    client: Client, lax: LaxEhr
) -> None:
    lax.smart = {
        "capabilities": ["authorize-post"],
        "authorization_endpoint": f"{lax.server}/authorize?tenant=7",
    }
    response = client.get("/launch/", {"iss": lax.issuer, "launch": "x&<y>"})
    page = response.content.decode()
    assert response.status_code == 200
    assert f'action="{lax.server}/authorize?tenant=7"' in page
    assert 'name="launch" value="x&amp;&lt;y&gt;"' in page
    assert 'name="tenant"' not in page
    assert 'name="code_challenge_method" value="S256"' in page
    assert "<button" in page
    assert "<script>" not in page
    policy = response["Content-Security-Policy"]
    assert f"form-action 'self' https: {lax.base_url}" in policy
    assert "script-src 'self'" in policy


def test_the_code_is_exchanged_with_the_verifier_of_its_challenge(
    client: Client, lax: LaxEhr
) -> None:
    sent = begin(client, lax)
    come_back(client, sent)
    (request,) = lax.asked_of("/auth/token")
    verifier = request.form["code_verifier"][0]
    digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    assert digest.decode() == sent["code_challenge"]
    assert request.form["redirect_uri"] == ["http://localhost:8000/launch/callback/lax/"]
    assert request.form["client_id"] == ["lax-client"]
    assert "Authorization" not in request.headers


def test_a_launch_is_bound_to_its_clinician_patient_and_tokens(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    lax.token = {"patient": "p-7", "encounter": "e-1", "refresh_token": "refresh-1"}
    launch = open_launch(client, lax)
    assert launch.patient_id == "p-7"
    assert launch.encounter_id == "e-1"
    assert launch.clinician.fhir_user == "Practitioner/amara-osei"
    assert launch.patient_index == patient_index(ehr, "p-7")
    tokens = TokenSet.objects.get(launch=launch)
    assert tokens.refresh_token == "refresh-1"
    stored = repr(TokenSet.objects.values().get()) + repr(Launch.objects.values().get())
    assert "refresh-1" not in stored
    assert "p-7" not in stored


def test_the_launch_context_is_kept(client: Client, lax: LaxEhr) -> None:
    lax.token = {
        "need_patient_banner": False,
        "intent": "summary",
        "tenant": "t-1",
        "smart_style_url": f"{lax.base_url}/style.json",
        "fhirContext": [{"reference": "ImagingStudy/1"}, {"role": "x"}, "text"],
        "location": "an extra of some vendor",
    }
    launch = open_launch(client, lax)
    assert launch.needs_patient_banner is False
    assert launch.context == {
        "patient": "patient-1",
        "encounter": None,
        "need_patient_banner": False,
        "intent": "summary",
        "tenant": "t-1",
        "fhir_context": [{"reference": "ImagingStudy/1"}],
        "smart_style_url": f"{lax.base_url}/style.json",
    }


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://cdn.example.org/style.json", True),
        ("http://cdn.example.org/style.json", False),
        ("javascript:alert(1)", False),
        ("/style.json", False),
        ("https:///style.json", False),
    ],
)
def test_a_style_sheet_is_taken_over_https_only(
    client: Client, lax: LaxEhr, url: str, *, kept: bool
) -> None:
    lax.token = {"smart_style_url": url}
    assert open_launch(client, lax).context["smart_style_url"] == (url if kept else None)


@pytest.mark.parametrize(
    "fhir_user", ["Practitioner/1", "{fhir}/Practitioner/1", "PractitionerRole/1"]
)
def test_a_clinician_may_be_named_absolutely_or_relatively(
    client: Client, lax: LaxEhr, fhir_user: str
) -> None:
    sent = begin(client, lax)
    lax.claims = {"fhirUser": fhir_user.format(fhir=lax.issuer)}
    assert come_back(client, sent).status_code == 302
    assert Clinician.objects.get().fhir_user == fhir_user.removeprefix("{fhir}/")


def test_a_clinician_who_comes_again_is_the_same_person(client: Client, lax: LaxEhr) -> None:
    open_launch(client, lax)
    lax.claims = {"name": "Amara Osei"}
    open_launch(client, lax)
    assert Clinician.objects.get().display_name == "Amara Osei"


def test_an_id_token_without_a_key_id_is_verified_where_there_is_one_key(
    client: Client, lax: LaxEhr
) -> None:
    lax.header = {"kid": REMOVED}
    open_launch(client, lax)


def test_a_key_without_alg_or_use_is_taken_at_its_kind(client: Client, lax: LaxEhr) -> None:
    lax.published = [SIGNING_KEY.as_dict(private=False)]
    open_launch(client, lax)


def test_a_key_the_ehr_has_just_changed_to_is_found(client: Client, lax: LaxEhr) -> None:
    lax.published = [{**SIGNING_KEY.as_dict(private=False), "kid": "old"}]
    lax.header = {"kid": "old"}
    open_launch(client, lax)
    lax.published, lax.header = None, {"kid": "lax-1"}
    open_launch(client, lax)


def test_a_right_answer_by_rfc_9207_passes(client: Client, lax: LaxEhr) -> None:
    lax.smart = {"authorization_response_iss_parameter_supported": True}
    open_launch(client, lax, iss=lax.server)


def test_a_narrower_grant_opens_and_is_noted(client: Client, lax: LaxEhr) -> None:
    lax.token = {"scope": "launch openid fhirUser patient/Patient.read"}
    launch = open_launch(client, lax)
    assert launch.granted_scopes == "launch openid fhirUser patient/Patient.read"
    assert detail("launch.opened")["scopes_withheld"] == ["patient/Observation.rs"]
    told = detail("scope.grant_differs")
    assert told["withheld"] == ["patient/Observation.rs"]
    assert "labs: Observation" in told["tools_short"]
    assert "vitals: Observation" in told["tools_short"]
    assert not any(each.startswith("demographics") for each in told["tools_short"])


def test_a_grant_without_scope_is_as_it_was_asked(client: Client, lax: LaxEhr, ehr: Ehr) -> None:
    lax.token = {"scope": REMOVED}
    assert open_launch(client, lax).granted_scopes == ehr.scopes
    assert detail("launch.opened")["scopes_withheld"] == []
    assert not AuditEvent.objects.filter(type="scope.grant_differs").exists()


def test_what_was_granted_without_asking_is_told(client: Client, lax: LaxEhr, ehr: Ehr) -> None:
    lax.token = {"scope": f"{ehr.scopes} patient/Condition.rs"}
    open_launch(client, lax)
    told = detail("scope.grant_differs")
    assert (told["surplus"], told["withheld"], told["tools_short"]) == (
        ["patient/Condition.rs"], [], [],
    )  # fmt: skip


def test_the_trail_tells_of_start_and_opening_without_the_patients_id(
    client: Client, lax: LaxEhr
) -> None:
    lax.token = {"patient": "patient-of-the-secret-id"}
    launch = open_launch(client, lax)
    started, opened = AuditEvent.objects.filter(type__startswith="launch.").order_by("pk")
    assert (started.type, opened.type) == ("launch.started", "launch.opened")
    assert opened.launch_id == launch.pk
    assert opened.actor == f"{lax.issuer}|Practitioner/amara-osei"
    assert opened.patient_index == launch.patient_index
    assert "secret-id" not in repr(AuditEvent.objects.values())


def test_an_answer_by_form_post_is_taken_too(client: Client, lax: LaxEhr) -> None:
    strict = Client(enforce_csrf_checks=True)
    sent = begin(strict, lax)
    response = strict.post("/launch/callback/lax/", {"code": "c", "state": sent["state"]})
    assert response.status_code == 302


def test_when_the_trail_cannot_be_written_no_launch_opens(
    client: Client, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = begin(client, lax)

    def broken(_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("smartapp.launch.opening.record_all", broken)
    with pytest.raises(RuntimeError, match="disk full"):
        come_back(client, sent)
    assert not Launch.objects.exists()
    assert not TokenSet.objects.exists()


def test_a_refusal_page_says_what_to_do_and_carries_its_code(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    lax.claims = {"fhirUser": "Person/clerk"}
    response = come_back(client, sent)
    page = response.content.decode()
    assert code_of(response) == "not_a_clinician"
    assert "ask your EHR security team" in page
    assert response["X-Request-Id"] in page
    assert "frame-ancestors https://ehr.example.org" in response["Content-Security-Policy"]


def test_requests_of_yesterday_are_swept_away_and_todays_kept(client: Client, lax: LaxEhr) -> None:
    old, recent = begin(client, lax), begin(client, lax)
    row = PendingLaunch.objects.order_by("created_at").first()
    assert row is not None
    row.expires_at = timezone.now() - timedelta(days=2)
    row.save()
    begin(client, lax)
    assert code_of(come_back(client, old)) == "state_unknown"
    lax.nonce = recent["nonce"]
    assert come_back(client, recent).status_code == 302
