"""The administrators' page on destinations: where triage may send the patients of each hospital."""

from hashlib import sha256
from unicodedata import normalize

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from audit.context import bind
from audit.events import destinations as audit
from audit.recorder import record
from smartapp.administration.names import alike, is_seen
from smartapp.models import Destination, Ehr, StaffUser
from smartapp.staff.doors import role_required

_administrators = role_required(StaffUser.Role.ADMINISTRATOR)
MOST = 40
_LONGEST = 1000  # characters that are looked at; the limits of the fields are below
CATEGORIES = (
    (1, "1, immediate, and less urgent"),
    (2, "2, emergency, and less urgent"),
    (3, "3, urgent, and less urgent"),
    (4, "4, semi-urgent, and less urgent"),
    (5, "5, non-urgent"),
)
# Of the sandbox's hospitals: service, specialty, queue, who belongs there, takes from.
_OF_A_SANDBOX = (
    ("Emergency department", "Resuscitation", "ED-RESUS", "Life is threatened now.", 1),
    ("Emergency department", "Acute", "ED-ACUTE", "Time-critical illness and injury.", 2),
    ("Rapid assessment clinic", "Internal medicine", "RAC", "Unwell, and can wait an hour.", 4),
    ("Maternity assessment", "Obstetrics", "MAT", "Pregnant and not time-critical.", 3),
    ("Primary care", "", "PC-DESK", "Minor problems, renewals and papers.", 5),
)


class DestinationRefused(ValueError):
    """``code`` is stable and goes into the trail; ``str()`` is a sentence for a person."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@require_safe
@_administrators
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the destinations of a hospital in the order in which triage considers them."""
    return _page(request, get_object_or_404(Ehr, slug=slug))


@require_POST
@_administrators
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a destination at the end of the list."""
    ehr = get_object_or_404(Ehr, slug=slug)
    try:
        row = add_destination(
            ehr,
            service=request.POST.get("service", ""),
            specialty=request.POST.get("specialty", ""),
            queue=request.POST.get("queue", ""),
            for_whom=request.POST.get("for_whom", ""),
            takes_from=request.POST.get("takes_from", ""),
        )
    except DestinationRefused as refused:
        _record_refusal(ehr, "add", refused.code)
        return _page(request, ehr, wrong=str(refused))
    messages.success(request, f"Triage at {ehr.name} may now choose: {row.service}.")
    return redirect("destinations", slug=slug)


@require_POST
@_administrators
def remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take a destination off the list; what was signed keeps its words."""
    ehr = get_object_or_404(Ehr, slug=slug)
    row = Destination.objects.filter(ehr=ehr, key=key).first()
    if row is None:
        _record_refusal(ehr, "remove", "destination_unknown")
        messages.info(request, "That destination is not on the list any more.")
    else:
        row.delete()
        messages.success(request, f"{row.service} is off the list.")
    return redirect("destinations", slug=slug)


def add_destination(
    ehr: Ehr, *, service: str, specialty: str, queue: str, for_whom: str, takes_from: str | int
) -> Destination:
    """Add a destination; raises :class:`DestinationRefused`."""
    words = {"service": service, "specialty": specialty, "queue": queue, "for_whom": for_whom}
    given = {n: normalize("NFC", " ".join(value[:_LONGEST].split())) for n, value in words.items()}
    # They stand in signed texts, which hold nothing that is not seen or turns the line about.
    if not all(is_seen(value) for value in given.values()):
        raise DestinationRefused("unseen_characters", "Leave out characters that are not seen.")
    if not any(each.isalnum() for each in given["service"]):
        raise DestinationRefused("service_missing", "Name the service.")
    number = str(takes_from)
    if number not in {str(each) for each, _ in CATEGORIES}:
        told = "Choose the most urgent category that it takes."
        raise DestinationRefused("category_unknown", told)
    key = _key(f"{given['service']} {given['specialty']}".strip())
    with transaction.atomic():
        known = Destination.objects.select_for_update().filter(ehr=ehr)
        if known.count() >= MOST:
            told = f"A hospital has at most {MOST} destinations."
            raise DestinationRefused("too_many", told)
        row = Destination(ehr=ehr, key=key, takes_from=int(number), position=known.count(), **given)
        # Two that read the same would be one in what is chosen and signed.
        if any(each.key == key or alike(each.words, row.words) for each in known):
            told = "A destination of that name is on the list; name it otherwise."
            raise DestinationRefused("name_taken", told)
        try:
            row.full_clean()
        except ValidationError:
            told = "That is too long; 80 characters for a name are enough."
            raise DestinationRefused("too_long", told) from None
        row.save()
    return row


@transaction.atomic
def _record_refusal(ehr: Ehr, act: str, code: str) -> None:
    with bind(ehr=ehr.slug):
        record(audit.DestinationRefused(act=act, code=code))


def _key(name: str) -> str:
    """Of a name, for addresses; of one in another script, which a slug loses, by its hash."""
    if all(slugify(each) for each in name if each.isalnum()):
        return slugify(name)[:40].strip("-")
    return f"d-{sha256(name.casefold().encode()).hexdigest()[:16]}"


def seed(ehr: Ehr) -> None:
    """Give a sandbox's hospital a list, where it has none."""
    if ehr.destinations.exists():
        return
    for service, specialty, queue, for_whom, takes_from in _OF_A_SANDBOX:
        add_destination(
            ehr, service=service, specialty=specialty, queue=queue, for_whom=for_whom,
            takes_from=takes_from,
        )  # fmt: skip


def _page(request: HttpRequest, ehr: Ehr, *, wrong: str = "") -> HttpResponse:
    told = {
        "nav": "destinations",
        "ehr": ehr,
        "ehrs": Ehr.objects.order_by("name"),
        "destinations": ehr.destinations.all(),
        "categories": CATEGORIES,
        "wrong": wrong,
        "given": request.POST if wrong else {},
    }
    return render(request, "administration/destinations.html", told, status=400 if wrong else 200)
