"""The administrators' page on triage's red flags: each rule, and whether its source was read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.workflows.triage import rules
from recommendations.workflows.triage.flags import Rule
from smartapp.models import StaffUser
from smartapp.staff.doors import role_required


@require_safe
@role_required(StaffUser.Role.ADMINISTRATOR)
def page(request: HttpRequest) -> HttpResponse:
    """Every rule as it runs; what is to be confirmed first."""
    every = sorted(rules.RULES.values(), key=_confirmed)
    counts = [_confirmed(rule) for rule in every]
    context = {
        "nav": "triage-rules",
        "rules": every,
        "version": rules.VERSION,
        "open": counts.count(0),
        "in_part": counts.count(1),
        "whole": counts.count(2),
    }
    return render(request, "administration/triage_rules.html", context)


def _confirmed(rule: Rule) -> int:
    """0: to be confirmed; 1: in part; 2: confirmed."""
    if rule.confirmed is None:
        return 0
    return 1 if rule.confirmed.left else 2
