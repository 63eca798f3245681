"""Launches with tokens of a given age, and what was asked of the EHR for them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from smartapp import tokens
from smartapp.ehrs.answers import token_answer
from smartapp.models import Clinician, Ehr, Launch, TokenSet
from tests.smartapp.launch.lax_ehr import LaxEhr


def make_launch(ehr: Ehr, *, refresh_token: str | None = "refresh-1", **row: Any) -> Launch:
    clinician, _ = Clinician.objects.get_or_create(ehr=ehr, fhir_user="Practitioner/1")
    launch = Launch(ehr=ehr, clinician=clinician, patient_index="p", granted_scopes="")
    launch.context = {"patient": "patient-1"}
    launch.save()
    answer = {"access_token": "first", "token_type": "bearer", "refresh_token": refresh_token}
    tokens.keep(launch=launch, answer=token_answer({**answer, "expires_in": 600}))
    TokenSet.objects.filter(launch=launch).update(**{"issued_at": seconds(-600), **row})
    return launch


def seconds(number: float) -> Any:
    return timezone.now() + timedelta(seconds=number)


def of(launch: Launch) -> TokenSet:
    return TokenSet.objects.get(launch=launch)


def refreshes(lax: LaxEhr) -> int:
    return len(lax.asked_of("/auth/token"))


def revoked(lax: LaxEhr) -> list[str]:
    return [asked.form["token"][0] for asked in lax.asked_of("/auth/revoke")]
