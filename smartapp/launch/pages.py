"""The pages of the launch itself: a refusal, and the form that takes the browser to the EHR."""

import json

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit import context
from audit.events.base import Outcome
from audit.events.launch import LaunchRefusal
from audit.recorder import record
from smartapp.launch.refusals import REFUSALS, LaunchRefused


@transaction.atomic
def refuse(request: HttpRequest, refused: LaunchRefused) -> HttpResponse:
    """Record a refusal and render what happened and what to do.

    To htmx it is sent with an event and without a swap: the page decides what to do with what
    the person has typed.
    """
    refusal = REFUSALS[refused.code]
    if refused.recorded:
        _record(refused)
    values = {
        "refusal": refusal,
        "refused": refused,
        "reference": context.current().request_id,
    }
    response = render(request, "launch/refused.html", values, status=refusal.status)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    if request.headers.get("HX-Request") == "true":
        response["HX-Reswap"] = "none"
        response["HX-Trigger"] = json.dumps({"launch-refused": {"code": refused.code}})
    return response


def _record(refused: LaunchRefused) -> None:
    with context.bind(ehr=refused.ehr.slug if refused.ehr else context.current().ehr):
        record(
            LaunchRefusal(
                outcome=Outcome.REFUSED,
                code=refused.code,
                detail=refused.detail,
                further_host=refused.further_host,
                further=refused.further,
            )
        )
