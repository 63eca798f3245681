"""The pages: sign in, patients, a chart with the app beside it, and a patient picker."""

from urllib.parse import parse_qsl, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sandbox.ehr import chart as charts
from sandbox.ehr import launches, people
from sandbox.ehr.guards import for_somebody, page
from sandbox.ehr.people import Person
from sandbox.ehr.words import Resource
from sandbox.fhir.store import store
from sandbox.oauth import session
from sandbox.oauth.addresses import paths
from sandbox.oauth.extensions import CANCELLED, PICKED
from sandbox.personalities import PERSONALITIES, Personality

_MOST_LISTED = 200


@page
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Choose a personality."""
    return render(request, "ehr/home.html", {"personalities": list(PERSONALITIES.values())})


@page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, personality: Personality) -> HttpResponse:
    """Choose who to be. No password: nobody here is real."""
    onward = _onward(request, personality)
    if request.method == "POST":
        person = people.find(request.POST.get("user", ""))
        if person is not None:
            session.sign_in(request, personality, person.reference)
            return redirect(onward)
    everyone = people.everyone()
    shown = {
        **_frame(personality, None),
        "clinicians": [each for each in everyone if each.clinician],
        "others": [each for each in everyone if not each.clinician],
        "onward": onward,
        "unknown": request.method == "POST",
    }
    return render(request, "ehr/sign_in.html", shown, status=400 if shown["unknown"] else 200)


@page
@require_POST
def sign_out(request: HttpRequest, personality: Personality) -> HttpResponse:
    """Stop being somebody, at this personality."""
    session.sign_out(request, personality)
    return redirect("ehr:sign-in", personality)


@page
@require_GET
@for_somebody
def patients(request: HttpRequest, personality: Personality, person: Person) -> HttpResponse:
    """List the patients whose name or number holds what was typed."""
    wanted = request.GET.get("q", "").strip()
    found = _findable(person, wanted)
    shown = {
        **_frame(personality, person),
        "wanted": wanted,
        "patients": _rows(found[:_MOST_LISTED]),
        "in_all": len(found),
    }
    return render(request, "ehr/patients.html", shown)


@page
@require_GET
@for_somebody
def chart(
    request: HttpRequest, personality: Personality, person: Person, patient_id: str
) -> HttpResponse:
    """Show a chart, and launch the app for it in the sidebar.

    Tests may add ``scopes_granted`` and ``intent`` to the address; see the launch API.
    """
    patient = _patient(person, patient_id)
    made = launches.make(
        personality,
        user=person.reference,
        patient=patient_id,
        scopes_granted=request.GET.get("scopes_granted"),
        intent=request.GET.get("intent", ""),
        # The chart's own banner stands above the sidebar.
        need_patient_banner=False,
    )
    shown = {
        **_frame(personality, person),
        "chart": charts.page(patient, timezone.localdate()),
        "app": launches.address(personality, made),
    }
    return render(request, "ehr/chart.html", shown)


@page
@require_POST
@for_somebody
def window(
    _request: HttpRequest, personality: Personality, person: Person, patient_id: str
) -> HttpResponse:
    """Launch the app in a window of its own, with a fresh launch id."""
    _patient(person, patient_id)
    made = launches.make(
        personality, user=person.reference, patient=patient_id, need_patient_banner=True
    )
    return redirect(launches.address(personality, made))


@page
@require_http_methods(["GET", "POST"])
@for_somebody
def pick(request: HttpRequest, personality: Personality, person: Person) -> HttpResponse:
    """Choose the patient of a standalone launch, and go back to the authorization endpoint.

    ``asked`` is the app's authorization request; it only ever returns to our own endpoint,
    which checks it again.
    """
    source = request.POST if request.method == "POST" else request.GET
    asked = source.get("asked", "")
    if request.method == "POST":
        return redirect(_authorize_again(personality, asked, _picked(request, personality, person)))
    wanted = request.GET.get("q", "").strip()
    found = _findable(person, wanted)
    shown = {
        **_frame(personality, person),
        "asked": asked,
        "wanted": wanted,
        "patients": _rows(found[:_MOST_LISTED]),
        "in_all": len(found),
    }
    return render(request, "ehr/pick.html", shown)


def _picked(request: HttpRequest, personality: Personality, person: Person) -> str:
    """The id of a launch for the chosen patient, or the word for "none"."""
    if "patient" not in request.POST:
        return CANCELLED
    patient = _patient(person, request.POST["patient"])
    scopes = dict(parse_qsl(request.POST.get("asked", ""))).get("scope", "").split()
    made = launches.make(
        personality,
        user=person.reference,
        patient=patient["id"],
        encounter=None if "launch/encounter" in scopes else "",
        standalone=True,
    )
    return str(made.pk)


def _authorize_again(personality: Personality, asked: str, picked: str) -> str:
    parameters = [(name, value) for name, value in parse_qsl(asked) if name != PICKED]
    return f"/{paths(personality)['authorize']}?{urlencode([*parameters, (PICKED, picked)])}"


def _onward(request: HttpRequest, personality: Personality) -> str:
    """Where sign-in leads: only ever to an address of this hospital."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("ehr:patients", args=[personality])


def _frame(personality: Personality, person: Person | None) -> dict[str, object]:
    return {
        "personality": personality,
        "person": person,
        "personalities": list(PERSONALITIES.values()),
    }


def _patient(person: Person, patient_id: str) -> Resource:
    """The patient, if this person may open that chart."""
    patient = store.get("Patient", patient_id)
    if patient is None or person.own_patient_id not in ("", patient_id):
        raise Http404
    return patient


def _findable(person: Person, wanted: str) -> list[charts.Banner]:
    today = timezone.localdate()
    everybody = [charts.banner(each, today) for each in store.patients()]
    if person.own_patient_id:
        everybody = [each for each in everybody if each.id == person.own_patient_id]
    needle = wanted.casefold()
    found = [each for each in everybody if needle in f"{each.name} {each.mrn}".casefold()]
    return sorted(found, key=lambda each: each.name)


def _rows(banners: list[charts.Banner]) -> list[tuple[charts.Banner, charts.Visit]]:
    today = timezone.localdate()
    return [(each, charts.visit(each.id, today)) for each in banners]
