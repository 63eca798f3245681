"""The reviewers' pages by their addresses, and what a look at one leaves in the trail."""

from uuid import uuid4

from django.urls import reverse

from audit.models import AuditEvent
from smartapp.models import StaffUser
from tests.audit import story


def staff(role, **values):
    name = f"someone-{uuid4().hex[:6]}"
    return StaffUser.objects.create(username=name, role=role, **values)


def address(page):
    signed = AuditEvent.objects.get(type="draft.signed")
    return {
        "trail": reverse("trail"),
        "event": reverse("trail-event", args=[signed.pk]),
        "decision": reverse("trail-decision", args=[story.DRAFT]),
    }[page]


def newest():
    return AuditEvent.objects.latest("pk")


def shown(answer):
    return [line.row for line in answer.context["lines"]]
