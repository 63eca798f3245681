"""``evaluate compare``: two versions of a prompt over the same charts, by the same models.

Each chart is drafted twice, once with each version, by the model of the settings or those named.
What differs between two drafts of one version is chance: compare a version with itself to see it.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from recommendations import verification
from recommendations.agent.frame import frame_of, frame_words
from recommendations.agent.prompts import CONTRACT, PromptBroken, Release, instructions, released
from recommendations.clinical.reading import Reading
from recommendations.models import ReleaseEvaluation
from recommendations.quality import drafting
from recommendations.quality.bundles import BundleReader, newest, resources_of
from recommendations.quality.drafting import ChartInput
from recommendations.quality.intervals import wilson
from recommendations.quality.report import Report, Table
from recommendations.quality.suites.suite import Options, Suite, SuiteRefused
from recommendations.replays.redrafting import Difference, Redrafted, difference, redraft
from recommendations.verification.outcomes import Outcome
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS

_VERSION = re.compile(r"(?:(?P<contract>\d{1,4})/)?(?P<prompt>\d{1,4})")


@dataclass(frozen=True, slots=True)
class Pair:
    """One chart, drafted with both."""

    chart: str
    before: Redrafted
    after: Redrafted
    held: Difference = field(repr=False)


def run(options: Options) -> Report:
    """Draft each chart with both versions, and hold the drafts together."""
    document = _document(options)
    releases = (_release(document, options.before), _release(document, options.after))
    if not settings.MODEL_API_KEY:
        raise SuiteRefused(
            "model_not_configured",
            "Versions of a prompt are compared by a model: set ANTHROPIC_API_KEY. What rules draft "
            "is the same with each.",
        )
    charts = drafting.shared_charts(options.charts())[: options.most or None]
    options.log(f"{2 * len(charts)} drafts will be asked of {_models(releases[0])}.")
    found = (_pair(chart, document, releases, options) for chart in charts)
    pairs = [pair for pair in found if pair is not None]
    if options.keep:
        _keep(document, releases, pairs)
    return report(document, releases, pairs, options.show)


def _keep(document: Document, releases: tuple[Release, Release], pairs: Sequence[Pair]) -> None:
    """Where administrators find it, beside the versions that it is about."""
    sides = ([pair.before for pair in pairs], [pair.after for pair in pairs])
    for made, release in zip(sides, releases, strict=True):
        figures = _figures(document, made, release)
        ReleaseEvaluation.objects.create(
            document=document.key,
            contract=release.contract,
            prompt=release.prompt,
            sha256=release.sha256,
            model_ids=figures.pop("models"),
            verifier=verification.VERSION,
            charts=len(made),
            figures=figures,
        )


def _document(options: Options) -> Document:
    document = DOCUMENTS.get(options.document)
    if document is None or document.asks_why:
        known = ", ".join(key for key, each in DOCUMENTS.items() if not each.asks_why)
        raise SuiteRefused("unknown_document", f"Say with --document which of: {known}.")
    return document


def _release(document: Document, wished: str) -> Release:
    match = _VERSION.fullmatch(wished)
    if match is None:
        raise SuiteRefused(
            "version_unknown",
            "Say with --from and --to which versions: 2 (of the prompt, with the newest contract) "
            "or 5/2 (contract 5, prompt 2).",
        )
    contract = int(match["contract"] or released(CONTRACT)[-1])
    release = Release(document.prompt, contract, int(match["prompt"]))
    try:
        release.check()
    except PromptBroken as error:
        raise SuiteRefused("version_unknown", str(error)) from None
    return release


def _models(release: Release) -> str:
    return ", ".join(release.models or (settings.MODEL_ID, *settings.MODEL_FALLBACKS))


def _pair(
    chart: ChartInput, document: Document, releases: tuple[Release, Release], options: Options
) -> Pair | None:
    resources = resources_of(chart.path) if chart.path else list(chart.resources)
    if not any(r.get("resourceType") == "Patient" for r in resources):
        return None
    as_of = chart.as_of or newest(resources)
    before, after = (
        redraft(document, Reading(BundleReader(resources), as_of), release) for release in releases
    )
    options.log(f"{chart.name}: {_short(before)}; {_short(after)}")
    return Pair(chart.name, before, after, difference(_said(before), _said(after)))


def _said(made: Redrafted) -> list[tuple[str, str]]:
    return [(each.drafted.section, each.text) for each in made.statements]


def _short(made: Redrafted) -> str:
    return made.code or f"{len(made.statements)} statements"


def report(
    document: Document, releases: tuple[Release, Release], pairs: Sequence[Pair], show: int
) -> Report:
    """Outcomes by version, and what only one of them says."""
    sides = {"from": [pair.before for pair in pairs], "to": [pair.after for pair in pairs]}
    figures: dict[str, Any] = {
        "charts": len(pairs),
        "charts_sha256": hashlib.sha256(
            "\n".join(pair.chart for pair in pairs).encode()
        ).hexdigest()[:16],
        "both": sum(pair.held.both for pair in pairs),
        "only_from": sum(len(pair.held.only_before) for pair in pairs),
        "only_to": sum(len(pair.held.only_after) for pair in pairs),
    }
    for (side, made), release in zip(sides.items(), releases, strict=True):
        figures |= {
            f"{side}_{name}": value for name, value in _figures(document, made, release).items()
        }
    return Report(
        name="compare",
        figures=figures,
        goals=(),
        tables=(_table(document, releases, sides),),
        remarks=tuple(_remarks(pairs, show)),
    )


def _figures(document: Document, made: Sequence[Redrafted], release: Release) -> dict[str, Any]:
    outcomes = _outcomes(made)
    number = outcomes.total()
    doubtful = outcomes[Outcome.NOT_FOUND] + outcomes[Outcome.CONTRADICTED]
    tokens = Counter[str]()
    for each in made:
        tokens.update(
            {k: v for k, v in each.usage.items() if k in {"input_tokens", "output_tokens"}}
        )
    low, high = wilson(doubtful, number)
    return {
        "release": release.version,
        "release_sha256": release.sha256,
        "frame": frame_words(frame_of(document, instructions(release))),
        "models": ", ".join(sorted({each.model_id for each in made if each.model_id})),
        "failed": sum(bool(each.code) for each in made),
        "statements": number,
        **{outcome.value: outcomes[outcome] for outcome in Outcome},
        "doubtful": round(100 * doubtful / number, 2) if number else 0.0,
        "doubtful_low": round(100 * low, 2),
        "doubtful_high": round(100 * high, 2),
        **tokens,
    }


def _outcomes(made: Sequence[Redrafted]) -> Counter[str]:
    return Counter(each.verdict.outcome for one in made for each in one.statements)


def _table(
    document: Document,
    releases: tuple[Release, Release],
    sides: dict[str, list[Redrafted]],
) -> Table:
    rows = []
    for made, release in zip(sides.values(), releases, strict=True):
        found = _figures(document, made, release)
        doubtful = (
            f"{found['doubtful']:.1f} ({found['doubtful_low']:.1f} to {found['doubtful_high']:.1f})"
        )
        counts = [str(found[outcome.value]) for outcome in Outcome]
        drafts = f"{len(made) - found['failed']} of {len(made)}"
        rows.append([release.version, drafts, str(found["statements"]), *counts, doubtful])
    return Table(
        f"{document.title}, drafted with two versions from the same charts",
        (
            "version",
            "drafts",
            "statements",
            *(outcome.value.replace("_", " ") for outcome in Outcome),
            "doubtful, % (95 %)",
        ),
        rows,
        "Doubtful: not found or contradicted, after a second look.",
    )


def _remarks(pairs: Sequence[Pair], show: int) -> Iterator[str]:
    failed = [(pair.chart, code) for pair in pairs for code in (pair.before.code, pair.after.code)]
    yield from (f"No draft of {chart}: {code}." for chart, code in failed if code)
    for pair in [each for each in pairs if each.held.only_before or each.held.only_after][:show]:
        held = pair.held
        yield f"{pair.chart}: {held.both} said by both"
        yield from (f"  - {text}" for text in held.only_before[:show])
        yield from (f"  + {text}" for text in held.only_after[:show])


SUITE = Suite(
    name="compare",
    asks="What does one version of a prompt say otherwise than another, from the same charts?",
    run=run,
)
