"""What a draft is made with: resolved once, when it is asked for, and kept with it."""

import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit import context
from audit.events.releases import ReleaseShipped
from audit.recorder import record
from recommendations.agent.errors import ReleaseUnavailable
from recommendations.agent.prompts import PromptBroken, Release, newest
from recommendations.models import Draft, ReleaseChange
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from smartapp.launch.units import unit_of
from smartapp.models import Launch

logger = logging.getLogger(__name__)

SOFTWARE = "The software"
_NOBODY = {"actor": "system", "actor_name": "", "launch_id": "", "patient_index": "", "ehr": ""}


def unit_key(launch: Launch) -> str:
    """``EHR/unit`` of a launch; "" where its unit is not known."""
    unit = unit_of(launch)
    return f"{launch.ehr.slug}/{unit}" if unit else ""


def for_launch(key: str, launch: Launch) -> dict[str, Any]:
    """What a draft of the document ``key`` asked for now is made with, as its row keeps it.

    Call within a transaction. Empty where no prompt of the document is released: only the offline
    drafter can draft it then.
    """
    unit = unit_key(launch)
    try:
        change = in_use(DOCUMENTS[key], unit)
        release = release_of(change)
        return {
            "prompt_id": release.prompt_id,
            "contract": release.contract,
            "prompt": release.prompt,
            "models": list(release.models),
            "sha256": change.sha256,
            "unit": change.unit,
            "change": str(change.pk),
        }
    except PromptBroken as error:
        logger.error("release_unavailable", extra={"document": key, "why": str(error)})  # noqa: TRY400
        return {}


def of(draft: Draft) -> Release:
    """The release a draft was asked with; raises :class:`ReleaseUnavailable` where it is not here.

    Its files must be what they were: their hash is held against the one that the draft keeps.
    """
    kept = draft.release
    try:
        release = Release(
            kept["prompt_id"], kept["contract"], kept["prompt"], tuple(kept["models"])
        )
        release.check()
        same = release.sha256 == kept["sha256"]
    except (PromptBroken, KeyError):
        same = False
    if not same:
        raise ReleaseUnavailable
    return release


def in_use(document: Document, unit: str = "") -> ReleaseChange:
    """The change that decides for a document in a unit (``EHR/unit``, "" for everywhere).

    A unit's own comes first. Where nobody has decided anything, the newest released version of the
    code is used, and put on record when it is first. Raises :class:`PromptBroken`.
    """
    own = latest(document.key, unit) if unit else None
    if own is not None and not own.follows:
        return own
    return _shipped(document, latest(document.key))


def latest(key: str, unit: str = "") -> ReleaseChange | None:
    """The last change that took effect for exactly this unit."""
    rows = ReleaseChange.objects.filter(document=key, unit=unit, number__isnull=False)
    return rows.order_by("-number").first()


def decided() -> list[ReleaseChange]:
    """What people put into use and is, one change for each document and unit; writes nothing."""
    rows = ReleaseChange.objects.filter(number__isnull=False, document__in=DOCUMENTS)
    last = {(row.document, row.unit): row for row in rows.order_by("number")}
    return [
        row for row in last.values() if row.kind != ReleaseChange.Kind.SHIPPED and not row.follows
    ]


def release_of(change: ReleaseChange) -> Release:
    """The release that a change puts into use."""
    prompt_id = DOCUMENTS[change.document].prompt
    return Release(prompt_id, change.contract or 0, change.prompt or 0, tuple(change.model_ids))


def _shipped(document: Document, last: ReleaseChange | None) -> ReleaseChange:
    """``last``, or what the code ships where that has changed and no person decided.

    Earlier versions let two people have the hospital follow itself, which names no version: what
    the code ships is used there.
    """
    if last is not None and not last.follows and last.kind != ReleaseChange.Kind.SHIPPED:
        return last
    release = newest(document)
    if last is not None and last.sha256 == release.sha256:
        return last
    change = ReleaseChange(
        document=document.key,
        kind=ReleaseChange.Kind.SHIPPED,
        contract=release.contract,
        prompt=release.prompt,
        sha256=release.sha256,
        proposer_name=SOFTWARE,
        proposed_at=timezone.now(),
        took_effect_at=timezone.now(),
        number=last.number + 1 if last and last.number else 1,
        replaces=last,
    )
    try:
        # Whose draft it is that finds it first is chance: it is nobody's act.
        with transaction.atomic(), context.bind(**_NOBODY):
            change.save(force_insert=True)
            record(_told(change, release, last))
    except IntegrityError:
        # Another process has put the same on record this very moment.
        found = latest(document.key)
        return found if found is not None else change
    return change


def _told(change: ReleaseChange, release: Release, last: ReleaseChange | None) -> ReleaseShipped:
    return ReleaseShipped(
        document=change.document,
        release=release.version,
        release_sha256=release.sha256,
        change=str(change.pk),
        instead_of=release_of(last).version if last else "",
    )
