"""What the page on prompts and models says of one document, or of all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from recommendations.agent.frame import frame_words
from recommendations.agent.prompts import (
    CONTRACT,
    TALK,
    PromptBroken,
    PromptFile,
    load,
    released,
    versions,
)
from recommendations.models import Draft, ReleaseChange, ReleaseEvaluation, Shadow, Statement
from recommendations.releases import changing, choosing
from recommendations.releases.errors import NothingBefore
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Launch

_DOUBTFUL = ("not_found", "contradicted")
_SHOWN = 30  # changes of the past
COUNTED = 1000  # the newest drafts: a page must not read all that was ever drafted


@dataclass(frozen=True, slots=True)
class InUse:
    """What is in use in one place, and where a step back leads."""

    change: ReleaseChange
    version: str
    can_go_back: bool
    back_to: str  # "contract@4 progress_note@1"; empty: the unit follows the hospital again


@dataclass(frozen=True, slots=True)
class Version:
    """One file, and where it is in use."""

    file: PromptFile
    used: tuple[str, ...]  # "everywhere", "epic/eL-hfc07"
    before: int | None  # the version to compare it with


@dataclass(frozen=True, slots=True)
class Made:
    """What was drafted here with one release: counts of drafts and statements."""

    version: str
    frame: str  # what code put around it; empty for drafts from before that was kept
    models: str
    drafts: int
    statements: int
    doubtful: int  # not found, or contradicted

    @property
    def per_hundred(self) -> float:
        """Doubtful statements in a hundred."""
        return 100 * self.doubtful / self.statements if self.statements else 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """All of one document."""

    document: Document
    everywhere: InUse | None
    units: tuple[InUse, ...]
    waiting: tuple[tuple[ReleaseChange, str], ...]  # with what it would put into use
    past: tuple[tuple[ReleaseChange, str], ...]
    prompts: tuple[Version, ...]
    contracts: tuple[Version, ...]
    talks: tuple[Version, ...]
    made: tuple[Made, ...]
    evaluations: tuple[ReleaseEvaluation, ...]
    shadows: tuple[Shadow, ...]
    broken: str = ""


def told(document: Document) -> Told:
    """Gather what is in use, what waits, what was, and what was drafted with it."""
    places, broken = _places(document)
    rows = ReleaseChange.objects.filter(document=document.key).order_by("-proposed_at")
    waiting = [row for row in rows if row.is_waiting]
    return Told(
        document=document,
        everywhere=next((each for each in places if not each.change.unit), None),
        units=tuple(each for each in places if each.change.unit),
        waiting=tuple((row, _words(row)) for row in waiting),
        past=tuple((row, _words(row)) for row in _decided(rows)),
        prompts=_versions(document.prompt, places),
        contracts=_versions(CONTRACT, places),
        talks=_talks(),
        made=_made(document),
        evaluations=tuple(ReleaseEvaluation.objects.filter(document=document.key)[:_SHOWN]),
        shadows=tuple(_shadows(document)),
        broken=broken,
    )


def every() -> list[Told]:
    """All documents, in their order."""
    return [told(document) for document in DOCUMENTS.values()]


def units() -> list[str]:
    """The units that launches came from, as ``EHR/unit``: to choose from."""
    seen = Launch.objects.exclude(unit="").values_list("ehr__slug", "unit").distinct()
    return [f"{slug}/{unit}" for slug, unit in seen.order_by("ehr__slug", "unit")[:200]]


def _shadows(document: Document) -> Iterable[Shadow]:
    rows = Shadow.objects.filter(draft__document=document.key).order_by("-created_at")
    return rows.defer("statements_sealed")[:_SHOWN]


def _decided(rows: Iterable[ReleaseChange]) -> list[ReleaseChange]:
    """The changes that took effect or were dismissed, the latest first."""
    dated = [(row.took_effect_at or row.dismissed_at, row) for row in rows]
    past = [(at, row) for at, row in dated if at is not None]
    return [row for _, row in sorted(past, key=lambda each: each[0], reverse=True)[:_SHOWN]]


def _places(document: Document) -> tuple[list[InUse], str]:
    pinned = ReleaseChange.objects.filter(document=document.key, number__isnull=False)
    names = pinned.exclude(unit="").values_list("unit", flat=True).distinct().order_by("unit")
    own = [change for unit in names if (change := choosing.latest(document.key, unit))]
    try:
        hospital, broken = [choosing.in_use(document)], ""
    except PromptBroken as error:
        hospital, broken = [], str(error)
    return [_in_use(each) for each in [*hospital, *own] if not each.follows], broken


def _in_use(change: ReleaseChange) -> InUse:
    try:
        back = changing.step_back(change)
    except NothingBefore:
        return InUse(change, _words(change), can_go_back=False, back_to="")
    return InUse(change, _words(change), can_go_back=True, back_to=_words(back) if back else "")


def _words(change: ReleaseChange) -> str:
    return "" if change.follows else choosing.release_of(change).version


def _versions(name: str, places: list[InUse]) -> tuple[Version, ...]:
    numbers = versions(name)
    found = []
    for at, number in enumerate(numbers):
        used = tuple(
            each.change.unit or "everywhere"
            for each in places
            if number == (each.change.contract if name == CONTRACT else each.change.prompt)
        )
        found.append(Version(load(name, number), used, numbers[at - 1] if at else None))
    return tuple(reversed(found))


def _talks() -> tuple[Version, ...]:
    """The loop's own words: the software's newest are used, and nobody chooses."""
    numbers, newest = versions(TALK), released(TALK)[-1:]
    found = [
        Version(
            load(TALK, number),
            ("everywhere",) if number in newest else (),
            numbers[at - 1] if at else None,
        )
        for at, number in enumerate(numbers)
    ]
    return tuple(reversed(found))


def _made(document: Document) -> tuple[Made, ...]:
    """By release and frame, the newest first. Failed drafts and those by rules are of none."""
    drafts = Draft.objects.filter(document=document.key, drafter="claude")
    newest = drafts.exclude(release={}).order_by("-created_at")
    rows = list(newest.only("id", "release", "versions", "model_id")[:COUNTED])
    alike: dict[tuple[str, str], list[Draft]] = {}
    for row in rows:
        alike.setdefault((row.release["sha256"], frame_words(row.versions)), []).append(row)
    outcomes = Counter[tuple[object, str]]()
    counted = Statement.objects.filter(draft__in=rows).values_list("draft_id", "outcome")
    for draft_id, outcome, number in counted.annotate(number=Count("id")):
        outcomes[draft_id, outcome] += number
    return tuple(_of_release(of, outcomes) for of in alike.values())


def _of_release(drafts: list[Draft], outcomes: Counter[tuple[object, str]]) -> Made:
    ids = {draft.pk for draft in drafts}
    own = {key: number for key, number in outcomes.items() if key[0] in ids}
    return Made(
        version=str(drafts[0].versions.get("prompt", "")),
        frame=frame_words(drafts[0].versions),
        models=", ".join(dict.fromkeys(draft.model_id for draft in drafts)),
        drafts=len(drafts),
        statements=sum(own.values()),
        doubtful=sum(number for (_, outcome), number in own.items() if outcome in _DOUBTFUL),
    )
