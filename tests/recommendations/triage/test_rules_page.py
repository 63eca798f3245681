"""The administrators see each rule, and which of them nobody has held against its source."""

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.workflows.triage.flags import TO_CONFIRM
from recommendations.workflows.triage.rules import RULES
from smartapp.models import StaffUser

pytestmark = pytest.mark.django_db


def opened(role: str) -> tuple[int, str]:
    client = Client()
    client.force_login(StaffUser.objects.create(username=role, role=role))
    answer = client.get(reverse("triage-rules"))
    return answer.status_code, answer.content.decode()


def test_every_rule_stands_there_with_what_is_to_be_confirmed_first() -> None:
    status, text = opened("administrator")
    assert status == 200
    assert all(f">{rule.id}</span>" in text for rule in RULES.values())
    unread = [rule for rule in RULES.values() if rule.confirmed is None]
    assert text.count(f">{TO_CONFIRM}</td>") == len(unread)
    assert f"{len(unread)} are to be confirmed" in text
    assert text.rindex(TO_CONFIRM + "</td>") < text.index(">In part: ") < text.index(">Confirmed: ")


def test_it_is_for_administrators_alone() -> None:
    assert opened("reviewer")[0] == 403
    assert Client().get(reverse("triage-rules")).status_code == 302
