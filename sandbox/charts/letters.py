"""What patient and clinic write to each other, and what one service asks of another."""

from __future__ import annotations

from sandbox.charts.chart import SNOMED, Chart, Resource, concept, pruned, ref
from sandbox.charts.hospital import Staff

REFERRAL = ("3457005", "Patient referral")


def message(
    chart: Chart, text: str, ago: int, clock: str, to: Staff, *, status: str = "completed"
) -> Resource:
    """A Communication that the patient wrote to somebody of the clinic."""
    return _sent(chart, text, chart.at(ago, clock), chart.subject, to.ref, status=status)


def answer(chart: Chart, text: str, ago: int, clock: str, by: Staff, *, to: Resource) -> Resource:
    """The clinic's Communication that answers a message of the patient."""
    return _sent(chart, text, chart.at(ago, clock), by.ref, chart.subject, answers=to)


def _sent(
    chart: Chart,
    text: str,
    sent: str,
    sender: Resource,
    recipient: Resource,
    *,
    answers: Resource | None = None,
    status: str = "completed",
) -> Resource:
    resource = {
        "resourceType": "Communication",
        "status": status,
        "category": [concept("Patient portal message")],
        "inResponseTo": [ref(answers)] if answers else None,
        "subject": chart.subject,
        "sent": sent,
        "received": sent,
        "sender": sender,
        "recipient": [recipient],
        "payload": [{"contentString": text}],
    }
    return chart.add(pruned(resource), sent)


def referral(
    chart: Chart,
    text: str,
    snomed: str,
    by: Staff,
    *,
    ago: int,
    clock: str,
    reason: str,
    question: str,
    to: str,
    status: str = "active",
    visit: Resource | None = None,
) -> Resource:
    """A ServiceRequest that asks another service to see the patient; ``question`` says what for."""
    code, word = REFERRAL
    resource = {
        "resourceType": "ServiceRequest",
        "status": status,
        "intent": "order",
        "category": [concept(word, (SNOMED, code, word))],
        "priority": "routine",
        "code": concept(text, (SNOMED, snomed, text)),
        "subject": chart.subject,
        "encounter": ref(visit) if visit else None,
        "authoredOn": chart.at(ago, clock),
        "requester": by.ref,
        "performer": [{"display": to}],
        "reasonCode": [concept(reason)],
        "note": [{"text": question}],
    }
    return chart.add(pruned(resource), chart.at(ago, clock))
