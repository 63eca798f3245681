"""The administrators' pages: who gets in, what they show, what they do and what they refuse."""

import html
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import context
from audit.events.fhir import FhirRequested
from audit.models import AuditEvent
from audit.recorder import record
from recommendations.workflows.registry import DOCUMENTS
from smartapp.ehrs.backends import register_backend
from smartapp.models import (
    BackendClient,
    BackendToken,
    Clinician,
    Ehr,
    Launch,
    ScopeJustification,
    StaffUser,
)
from smartapp.scopes import approvals
from smartapp.tokens import backend as tokens_of_backend
from tests.smartapp.approving import approve_all
from tests.smartapp.launch.lax_ehr import LaxEhr

pytestmark = pytest.mark.django_db
SCOPE = "patient/Observation.rs"
REASON = "Results and vital signs stand in every document that is drafted."


@pytest.fixture
def north() -> Ehr:
    return Ehr.objects.create(
        slug="north", name="North General", issuer="https://north.example.org/r4",
        vendor="generic", client_id="us", client_auth="public",
        scopes=f"launch openid fhirUser {SCOPE} patient/Immunization.rs",
    )  # fmt: skip


def someone(name: str, role: str = "administrator") -> StaffUser:
    return StaffUser.objects.create(username=name, role=role, first_name=name.title())


@pytest.fixture
def tomas() -> StaffUser:
    return someone("tomas")


@pytest.fixture
def grace() -> StaffUser:
    return someone("grace")


def browser_of(person: StaffUser) -> Client:
    client = Client()
    client.force_login(person)
    return client


def do(person: StaffUser, verb: str, scope: str = SCOPE, **values: str) -> Any:
    address = reverse("scope-act", args=["north", verb])
    return browser_of(person).post(address, {"scope": scope, **values})


def page(person: StaffUser) -> str:
    answer = browser_of(person).get(reverse("scopes", args=["north"]))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def row_of(text: str, resource: str) -> str:
    """The text of a resource's row in the grid."""
    (row,) = re.findall(rf"<tr>\s*<th scope=\"row\"><a[^>]*>{resource}</a>.*?</tr>", text, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def launched(ehr: Ehr, *, asked: str, granted: str) -> None:
    clinician, _ = Clinician.objects.get_or_create(ehr=ehr, fhir_user="Practitioner/1")
    launch = Launch(
        ehr=ehr, clinician=clinician, patient_index="p", requested_scopes=asked,
        granted_scopes=granted,
    )  # fmt: skip
    launch.context = {"patient": "p1"}
    launch.save()


# --- Who may


@pytest.mark.parametrize(
    ("method", "name", "arguments"),
    [
        ("get", "administration", []),
        ("get", "scopes", ["north"]),
        ("get", "ehr-supports", ["north"]),
        ("post", "scope-act", ["north", "justify"]),
        ("post", "scope-act", ["north", "approve"]),
        ("post", "scope-act", ["north", "ask"]),
        ("post", "scope-act", ["north", "give-up"]),
        ("post", "ehr-check", ["north"]),
    ],
)
def test_the_pages_are_for_administrators(north, method, name, arguments) -> None:
    address = reverse(name, args=arguments)
    answer = getattr(Client(), method)(address)
    assert answer["Location"].startswith("/accounts/login/")
    for role in ("compliance", ""):
        refused = getattr(browser_of(someone(f"other{role}", role)), method)(address)
        assert refused.status_code == 403
        row = AuditEvent.objects.latest("pk")
        assert (row.outcome, row.code) == ("refused", "not_an_administrator")
    assert not ScopeJustification.objects.exists()


def test_acts_are_posted_and_nothing_is_kept_by_a_browser(north, tomas) -> None:
    browser = browser_of(tomas)
    for verb in ("justify", "approve", "ask", "give-up"):
        assert browser.get(reverse("scope-act", args=["north", verb])).status_code == 405
    assert "no-store" in browser.get(reverse("scopes", args=["north"]))["Cache-Control"]
    assert browser.post(reverse("scope-act", args=["north", "erase"])).status_code == 404
    assert browser.get(reverse("scopes", args=["nowhere"])).status_code == 404


def test_a_form_from_elsewhere_is_refused(north, tomas) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(tomas)
    answer = strict.post(reverse("scope-act", args=["north", "give-up"]), {"scope": SCOPE})
    assert answer.status_code == 403
    assert SCOPE in Ehr.objects.get().scopes


def test_without_an_ehr_it_says_how_to_register_one(tomas) -> None:
    answer = browser_of(tomas).get(reverse("administration"))
    assert "connect_ehr" in answer.content.decode()


# --- What they show


def test_what_nobody_approved_keeps_everybody_out_and_the_page_says_so(north, tomas) -> None:
    text = page(tomas)
    assert "Nobody can open the app from this EHR" in text
    assert "5 of the scopes it asks for are not approved" in text
    assert "Nobody yet" in row_of(text, "Observation")


def test_a_row_tells_who_uses_it_for_what(north, tomas) -> None:
    text = page(tomas)
    assert "Read for: Laboratory results, Vital signs. Used by: Panel, Pre-visit summary" in text
    assert "Progress note" in text
    assert "Not asked for" in row_of(text, "Condition")
    assert row_of(text, "Immunization").count("not needed") == 1 + len(DOCUMENTS)


def test_the_text_for_the_portal_is_the_smallest_set(north, tomas) -> None:
    text = page(tomas)
    (registered,) = re.findall(r'id="to-register">([^<]+)<', text)
    assert "patient/Condition.rs" in registered.split()
    assert "patient/Immunization.rs" not in registered.split()
    assert registered.startswith("launch openid fhirUser ")


def test_grants_are_held_against_what_was_asked(north, tomas) -> None:
    asked = f"{SCOPE} patient/Immunization.rs"
    launched(north, asked=asked, granted=asked)
    launched(north, asked=asked, granted=f"{SCOPE} patient/Coverage.rs")
    text = page(tomas)
    assert "Granted" in row_of(text, "Observation")
    assert "At times" in row_of(text, "Immunization")
    assert "The EHR granted more than was asked for" in text
    assert "patient/Coverage.rs" in text
    Launch.objects.all().delete()
    launched(north, asked=asked, granted="patient/Immunization.rs")
    assert "Refused" in row_of(page(tomas), "Observation")


def test_what_blocks_clinicians_is_said_before_it_is_done(north, tomas, grace) -> None:
    launched(north, asked=north.scopes, granted=north.scopes)
    asked = {"method": "GET", "asked_at": "2026-11-17T19:03:11Z", "duration_ms": 9}
    kept = {"path": "Observation", "resource_type": "Observation", "status": 200}
    with context.bind(ehr="north", launch_id="launch-of-north-00001"), transaction.atomic():
        record(FhirRequested(**asked, **kept))
    blocked = "no clinician can open the app from this EHR"
    assert blocked not in page(tomas), "nothing is approved yet"
    approvals.justify(north, SCOPE, REASON, author=tomas)
    approvals.approve(north, SCOPE, approver=grace)
    text = page(tomas)
    assert text.count(blocked) == 1
    (why,) = (each for each in text.split('<section class="why"') if f">{SCOPE}</h3>" in each)
    folded = why.partition("<details")[2].partition("</details>")[0]
    assert "It was used 1 time in 90 days." in folded
    assert "give-up" in folded
    assert why.count("give-up") == 1


def test_what_is_granted_and_never_used_can_be_given_up_with_one_button(north, tomas) -> None:
    unused = "patient/Immunization.rs"
    launched(north, asked=north.scopes, granted=north.scopes)
    text = page(tomas)
    assert "never" in row_of(text, "Immunization")
    assert "Granted, and never used in 90 days." in text
    address = reverse("scope-act", args=["north", "give-up"])
    answer = browser_of(tomas).post(address, {"scope": unused}, follow=True)
    assert "out of the registration in the EHR&#x27;s portal" in answer.content.decode()
    assert unused not in Ehr.objects.get().scopes.split()
    assert AuditEvent.objects.filter(type="scope.given_up", ehr="north").count() == 1


# --- What they do


def test_one_writes_another_approves_and_a_launch_may_ask(north, tomas, grace) -> None:
    for scope in north.scopes.split():
        assert do(tomas, "justify", scope, reason=REASON).status_code == 302
    text = page(tomas)
    assert "You wrote this. Another administrator approves it." in text
    assert "Tomas, waiting" in row_of(text, "Observation")
    for scope in north.scopes.split():
        assert do(grace, "approve", scope).status_code == 302
    text = page(grace)
    assert "Nobody can open the app" not in text
    assert "Tomas, Grace" in row_of(text, "Observation")
    assert REASON in text
    approvals.require_approved(north, north.scopes)
    events = AuditEvent.objects.filter(type="scope.approved")
    assert {row.actor for row in events} == {f"staff|{grace.pk}"}


def test_an_approved_scope_is_asked_for_by_a_button(north, tomas, grace) -> None:
    new = "patient/Condition.rs"
    do(tomas, "justify", new, reason=REASON)
    do(grace, "approve", new)
    assert "Ask for it from now on" in page(tomas)
    assert do(tomas, "ask", new).status_code == 302
    assert new in Ehr.objects.get().scopes.split()


# --- Work without a clinician

NIGHT = "system/Observation.rs"


@pytest.fixture
def backend(north: Ehr) -> BackendClient:
    client, _ = register_backend(north, client_id="us-by-night", scopes=f"{NIGHT} system/Group.rs")
    return client


def test_the_backends_scopes_stand_in_the_grid_and_hold_up_only_its_own_work(
    north, backend, tomas
) -> None:
    approve_all(north)
    ScopeJustification.objects.filter(scope="system/Group.rs").delete()
    text = page(tomas)
    assert "Nothing is read from this EHR without a clinician" in text
    assert "1 of the scopes of that registration is not approved" in text
    assert "Nobody can open the app" not in text
    assert "without a clinician" in row_of(text, "Group")
    assert row_of(text, "Group").count("not needed") == 1 + len(DOCUMENTS)
    assert "No token yet" in row_of(text, "Group")
    assert "checking what the EHR gives" in text
    assert f"{NIGHT} system/Group.rs" in text.split('id="to-register"')[1]
    assert NIGHT not in re.findall(r'id="to-register">([^<]+)<', text)[0]
    assert "Wider than any workflow needs at this EHR." in text  # of patient/Immunization.rs
    assert not re.search(r"system/[^<]*</b><span class=.sub.>Wider", text)


def test_what_a_backends_token_was_granted_is_shown(north, backend, tomas) -> None:
    token = BackendToken(client=backend, expires_at=timezone.now(), granted_scopes=NIGHT)
    token.access_token = "any"
    token.save()
    text = page(tomas)
    assert "Refused" in row_of(text, "Group")
    assert text.count("<b>Granted</b>") == 0


def test_an_approved_system_scope_is_put_into_the_backends_registration(
    north, backend, tomas, grace
) -> None:
    before = north.scopes
    new = "system/Patient.rs"
    do(tomas, "justify", new, reason=REASON)
    do(grace, "approve", new)
    token = BackendToken(client=backend, expires_at=timezone.now(), granted_scopes=NIGHT)
    token.access_token = "any"
    token.save()
    address = reverse("scope-act", args=["north", "ask"])
    answer = browser_of(tomas).post(address, {"scope": new}, follow=True)
    assert f"The backend asks for {new} from now on." in html.unescape(answer.content.decode())
    assert approvals.backend_scopes(north) == (NIGHT, "system/Group.rs", new)
    assert not BackendToken.objects.exists(), "it was bought for fewer"
    assert do(tomas, "give-up", NIGHT).status_code == 302
    assert approvals.backend_scopes(north) == ("system/Group.rs", new)
    assert Ehr.objects.get().scopes == before, "a launch never asks for it"


def test_a_system_scope_is_not_asked_for_where_there_is_no_backend(north, tomas, grace) -> None:
    do(tomas, "justify", NIGHT, reason=REASON)
    do(grace, "approve", NIGHT)
    answer = do(tomas, "ask", NIGHT)
    assert answer.status_code == 400
    assert "backend_missing" in answer.content.decode()
    assert "connect_backend" in answer.content.decode()
    assert AuditEvent.objects.get(type="scope.refused").code == "backend_missing"
    assert NIGHT not in Ehr.objects.get().scopes


# --- What they refuse


@pytest.mark.parametrize(
    ("verb", "values", "code"),
    [
        ("justify", {"reason": "needed"}, "justification_length"),
        ("justify", {"reason": REASON, "scope": "patient/all"}, "scope_malformed"),
        ("approve", {}, "scope_not_waiting"),
        ("ask", {}, "scope_unapproved"),
        ("give-up", {"scope": "launch"}, "scope_essential"),
        ("give-up", {"scope": "patient/Goal.rs"}, "scope_not_waiting"),
    ],
)
def test_a_refusal_says_what_to_do_and_stands_in_the_trail(
    north, tomas, verb, values, code
) -> None:
    answer = do(tomas, verb, **values)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert 'role="alert"' in text
    assert code in text
    row = AuditEvent.objects.filter(type="scope.refused").get()
    assert (row.outcome, row.code, row.ehr, row.actor) == (
        "refused", code, "north", f"staff|{tomas.pk}",
    )  # fmt: skip
    assert not ScopeJustification.objects.exists()


def test_nobody_approves_their_own_reason_by_posting_it(north, tomas) -> None:
    do(tomas, "justify", reason=REASON)
    answer = do(tomas, "approve")
    assert answer.status_code == 400
    assert "own_approval" in answer.content.decode()
    assert not ScopeJustification.objects.get().is_approved


def test_what_was_typed_is_not_lost_and_cannot_become_markup(north, tomas) -> None:
    answer = do(tomas, "justify", reason="<b>x</b>")
    assert "&lt;b&gt;x&lt;/b&gt;" in answer.content.decode()
    do(tomas, "justify", reason="<script>alert(1)</script> is what this is needed for")
    assert (
        "<script>alert"
        not in browser_of(tomas).get(reverse("scopes", args=["north"])).content.decode()
    )


# --- What an EHR supports


def test_tokens_are_counted_by_the_hour_where_any_were_asked_for(ehr: Ehr, lax: LaxEhr, tomas):
    address = reverse("ehr-supports", args=["lax"])
    assert "Access asked for" not in browser_of(tomas).get(address).content.decode()
    register_backend(ehr, client_id="night", scopes=NIGHT)
    approve_all(ehr)
    lax.token = {"scope": NIGHT, "expires_in": 570}
    tokens_of_backend.renew_now(ehr, 0)
    tokens_of_backend.renew_now(ehr, 1)
    text = browser_of(tomas).get(address).content.decode()
    numbers = re.findall(r'<td class="num"[^>]*>(\d+)</td>', text)
    assert [sum(map(int, numbers[at::3])) for at in range(3)] == [2, 2, 0]


def test_a_check_is_made_by_a_button_and_shown(ehr: Ehr, lax: LaxEhr, tomas) -> None:
    address = reverse("ehr-supports", args=["lax"])
    browser = browser_of(tomas)
    assert "not checked yet" in browser.get(address).content.decode()
    assert browser.post(reverse("ehr-check", args=["lax"])).status_code == 302
    text = browser.get(address).content.decode()
    assert "capability_unreadable" in text
    row = AuditEvent.objects.get(type="ehr.checked")
    assert (row.actor, row.code) == (f"staff|{tomas.pk}", "capability_unreadable")


def test_what_is_no_patients_id_is_not_asked_for(ehr: Ehr, lax: LaxEhr, tomas) -> None:
    answer = browser_of(tomas).post(reverse("ehr-check", args=["lax"]), {"patient": "../x"})
    assert answer.status_code == 400
    assert lax.asked == []
