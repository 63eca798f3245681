"""The list: a search that reads like a question, its filters in the address."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from audit import lines, selectors, wording
from audit.context import bind
from audit.events.review import PatientSought, TrailSearched
from audit.forms import PatientForm, TrailForm
from audit.kinds import KINDS
from audit.runs import runs
from audit.selectors import Page, Question, Survey
from audit.views.doors import record_look, record_vain_look, reviewer_required


def address(question: Question, **more: object) -> str:
    """Return the address that asks this question; whoever opens it needs their own right."""
    asked = question.asked() | {name: str(value) for name, value in more.items() if value}
    return reverse("trail") + (f"?{urlencode(asked)}" if asked else "")


@require_safe
@reviewer_required
def trail(request: HttpRequest) -> HttpResponse:
    """Show what matches the filters, newest first."""
    form = TrailForm(request.GET)
    if not form.is_valid():
        record_vain_look(request, "filters_invalid")
        context = {"form": form, "patient_form": PatientForm(), "nav": "trail"}
        return render(request, "audit/trail.html", context, status=400)
    question = form.question()
    page = selectors.search(question, before=form.cleaned_data["before"])
    survey = selectors.survey(replace(question, kind="", type=""))
    look = TrailSearched(
        asked=tuple(question.asked()),
        filters=question.asked(),
        shown=len(page.rows),
        matching=survey.total,
    )
    with bind(patient_index=question.patient):
        look_id = record_look(look)
    context = _context(form, question, page, survey) | {"look_id": look_id}
    return render(request, "audit/trail.html", context)


def _context(form: TrailForm, question: Question, page: Page, survey: Survey) -> dict[str, Any]:
    people = survey.people[question.kind]
    shown = [lines.line(row) for row in page.rows]
    matching = survey.by_kind[question.kind] if question.kind else survey.total
    return {
        "nav": "decisions" if question.kind == "signed" else "trail",
        "form": form,
        "patient_form": PatientForm(),
        "question": question,
        "lines": shown,
        "runs": runs(shown),
        "matching": wording.counted(matching, "event"),
        "people": f"{people} {'person' if people == 1 else 'people'}",
        "survey": survey,
        "most": selectors.SURVEYED,
        "facets": _facets(question, survey),
        "bars": _bars(survey),
        "address": address(question),
        "without_patient": address(replace(question, patient="")),
        "older": page.older and address(question, before=page.older),
        "newest": form.cleaned_data["before"] and address(question),
    }


def _facets(question: Question, survey: Survey) -> list[dict[str, Any]]:
    everything = {
        "label": "All",
        "count": survey.total,
        "address": address(replace(question, kind="", type="")),
        "on": not question.kind and not question.type,
    }
    return [everything] + [
        {
            "label": kind.label,
            "count": survey.by_kind[kind.key],
            "address": address(replace(question, kind=kind.key, type="")),
            "on": question.kind == kind.key,
        }
        for kind in KINDS
    ]


def _bars(survey: Survey, width: float = 1200, height: float = 56) -> list[dict[str, Any]]:
    """Lay the days out as bars, in a picture 1200 wide whose ground is at 68."""
    most = max((count for _, count in survey.by_day), default=0)
    step = (width - 20) / max(len(survey.by_day), 7)
    bars = []
    for number, (day, count) in enumerate(survey.by_day):
        tall = round(height * count / most, 1) if most else 0
        left = round(10 + number * step, 1)
        first = number == 0 or day.day == 1
        bars.append(
            {
                "x": left,
                "y": round(68 - tall, 1),
                "width": round(step * 0.83, 1),
                "height": tall,
                "middle": round(left + step * 0.415, 1),
                "above": round(64 - tall, 1),
                "count": count,
                "label": f"{day.day} {day:%b}" if first else f"{day.day}",
            }
        )
    return bars


@require_POST
@reviewer_required
def patient(request: HttpRequest) -> HttpResponse:
    """Turn a patient's id into its blind index, and ask for that in the address."""
    filters = TrailForm(request.GET)
    question = filters.question() if filters.is_valid() else Question()
    form = PatientForm(request.POST)
    if not form.is_valid():
        record_vain_look(request, "patient_invalid")
        context = {"form": filters, "patient_form": form, "nav": "trail"}
        return render(request, "audit/trail.html", context, status=400)
    index = form.index()
    with bind(patient_index=index, ehr=form.cleaned_data["ehr"]):
        record_look(PatientSought(found=selectors.knows_patient(index)))
    return redirect(address(replace(question, patient=index)))
