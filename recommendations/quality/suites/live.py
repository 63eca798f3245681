"""``evaluate live``: how good are a real model's drafts? For people with a key, and at a cost.

Without ``--spend`` only the cost is told. What was asked, of which model, with which prompt and
over which data stands beside the results, each by its hash; nothing of a case is kept but scores.
With ``--out``, each case is kept when it is scored, and a run that was broken off goes on there.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from django.conf import settings
from django.utils import timezone

from recommendations import verification
from recommendations.agent import providers, resting
from recommendations.agent.errors import ModelResting
from recommendations.agent.frame import frame_of, frame_words
from recommendations.agent.prompts import Release, instructions, newest
from recommendations.quality.live.cases import Case, chart_questions, documentation, triage
from recommendations.quality.live.costing import Estimate, estimate
from recommendations.quality.live.progress import Progress
from recommendations.quality.report import Report, Table
from recommendations.quality.suites.suite import Options, Suite, SuiteRefused
from recommendations.replays.redrafting import redraft
from recommendations.workflows.documents import Document

# The model cannot be asked at all: a person has to look at the key, the account or the settings.
_VAIN = frozenset({"credentials_rejected", "account_problem", "model_settings_invalid"})
_DOWN = resting.COUNTED | {ModelResting.code}
_IN_A_ROW = 3  # cases that failed so

Cases = Callable[[Options], Iterable[Case]]
PARTS: dict[str, Cases] = {
    "documentation": documentation,
    "questions": chart_questions,
    "triage": triage,
}


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of one case; ``code`` says why nothing did."""

    case: Case = field(repr=False)
    model_id: str
    code: str
    scores: dict[str, float]
    usage: dict[str, int]


def run(options: Options) -> Report:
    """Tell the cost; with ``options.spend``, ask and score. Raises :class:`SuiteRefused`."""
    if options.only not in PARTS:
        raise SuiteRefused("part_unknown", f"Say with --suite which: {', '.join(PARTS)}.")
    cases = list(PARTS[options.only](options))[: options.most or None]
    if not cases:
        raise SuiteRefused("no_cases", "Nothing to ask was found in the shared data.")
    release = newest(cases[0].document)
    progress = Progress(options.out, _asked_with(cases[0], release))
    left = [case for case in cases if progress.of(case.id, case.sha256) is None]
    if before := len(cases) - len(left):
        options.log(f"{before} of {len(cases)} cases were scored before, and are not asked again.")
    cost = _cost(left, cases[0].document, release)
    options.log(cost.words)
    if not options.spend:
        raise SuiteRefused("not_spent", f"{cost.words} Give --spend to ask {settings.MODEL_ID}.")
    if not providers.configured():
        raise SuiteRefused("model_not_configured", "Set ANTHROPIC_API_KEY, or a provider's own.")
    scored = list(_asked(cases, release, progress, options))
    return report(options.only, cases, release, scored, cost)


def _cost(cases: Sequence[Case], document: Document, release: Release) -> Estimate:
    model_id = release.models[0] if release.models else settings.MODEL_ID
    readings = (case.reading() for case in cases)
    return estimate(document, release, readings, model_id, timezone.now().date())


def _asked_with(case: Case, release: Release) -> str:
    """One hash of all that decides how a case is drafted and judged."""
    told = frame_of(case.document, instructions(release))
    models = release.models or (settings.MODEL_ID, *settings.MODEL_FALLBACKS)
    return _hash([release.sha256, *told.values(), *models, verification.VERSION])


def _asked(
    cases: Sequence[Case], release: Release, progress: Progress, options: Options
) -> Iterator[Scored]:
    """Each case, those kept before without asking. Raises :class:`SuiteRefused` where it is vain.

    Where the model cannot be asked at all, the first case ends the run; where it fails case after
    case, the third in a row does: what would follow says nothing of its drafts, and may cost.
    """
    failed = 0
    for at, case in enumerate(cases):
        if (kept := progress.of(case.id, case.sha256)) is not None:
            yield Scored(case, kept.model_id, "", dict(kept.scores), dict(kept.usage))
            continue
        try:
            each = _scored(case, release, options)
        except KeyboardInterrupt:
            raise _ended("interrupted", "Interrupted.", at, cases, progress) from None
        failed = failed + 1 if each.code in _DOWN else 0
        if each.code in _VAIN or failed >= _IN_A_ROW:
            words = f"The model could not be asked ({each.code})."
            raise _ended(each.code, words, at, cases, progress)
        if not each.code:
            progress.keep(
                case.id,
                case.sha256,
                model_id=each.model_id,
                scores=each.scores,
                usage=each.usage,
            )
        yield each


def _ended(
    code: str, words: str, at: int, cases: Sequence[Case], progress: Progress
) -> SuiteRefused:
    kept = (
        f"What was scored is kept in {progress.path}: the same command goes on from there."
        if progress.path
        else "Nothing was kept: give --out FILE, and the same command goes on where it ended."
    )
    return SuiteRefused(code, f"{words} It came to case {at + 1} of {len(cases)}. {kept}")


def _scored(case: Case, release: Release, options: Options) -> Scored:
    made = redraft(case.document, case.reading(), release)
    scores = {} if made.code else case.judge(made)
    options.log(f"{case.id}: {made.code or _told(scores)}")
    return Scored(case, made.model_id, made.code, scores, made.usage)


def _told(scores: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in scores.items())


def report(
    part: str, cases: Sequence[Case], release: Release, scored: Sequence[Scored], cost: Estimate
) -> Report:
    """Means over cases in per cent; a case without a draft scores nothing and counts."""
    names = list(dict.fromkeys(name for each in scored for name in each.scores))
    figures: dict[str, Any] = {
        "part": part,
        "cases": len(cases),
        "not_drafted": sum(bool(each.code) for each in scored),
        **{name: _mean(scored, name) for name in names},
        **_spent(scored),
        "estimated_dollars": None if cost.dollars is None else float(cost.dollars),
        "prompt": release.version,
        "prompt_sha256": release.sha256,
        "frame": frame_words(frame_of(cases[0].document, instructions(release))),
        "models": sorted({each.model_id for each in scored if each.model_id}),
        "verifier": verification.VERSION,
        "data_sha256": _hash(case.sha256 for case in cases),
        "measured_on": timezone.now().date().isoformat(),
    }
    return Report("live", figures, goals=(), tables=tuple(_tables(scored, names)))


def _mean(scored: Sequence[Scored], name: str) -> float:
    return round(100 * fmean(each.scores.get(name, 0.0) for each in scored), 1)


def _spent(scored: Sequence[Scored]) -> dict[str, int]:
    kinds = sorted({kind for each in scored for kind in each.usage if kind.endswith("_tokens")})
    return {kind: sum(each.usage.get(kind, 0) for each in scored) for kind in kinds}


def _hash(contents: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(contents)).encode()).hexdigest()


def _tables(scored: Sequence[Scored], names: Sequence[str]) -> Iterator[Table]:
    rows = []
    for kind in dict.fromkeys(each.case.kind for each in scored):
        mine = [each for each in scored if each.case.kind == kind]
        rows.append([kind, str(len(mine)), *(f"{_mean(mine, name):.1f}" for name in names)])
    yield Table("By kind, means in per cent", ("kind", "cases", *names), rows)
    failed = [each for each in scored if each.code]
    if failed:
        counted = [[each.case.id, each.code] for each in failed]
        yield Table("Not drafted", ("case", "why"), counted)


SUITE = Suite(
    name="live",
    asks="How good are a real model's drafts and answers?",
    run=run,
    sets=tuple(PARTS),
)
