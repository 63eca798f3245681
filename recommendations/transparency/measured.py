"""What was measured, in words: evaluations that were saved, and this installation's own use."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from recommendations.models import Decision, Draft
from recommendations.quality import saved

DAYS = 90  # of this installation's own use
_NOT_SAVED = "No evaluation was saved with this version."


def validity() -> str:
    """Errors, false marks, omissions, attacks and triage, each with its number and its day."""
    told = [
        *_first_run(),
        *_told("verification", _verification),
        *_told("omission", _omission),
        *_told("injection", _injection),
        *_told("triage", _triage),
    ]
    return " ".join(told) or _NOT_SAVED


def validation_data() -> str:
    """On how much the saved evaluations rest."""
    found = saved.load("verification")
    if found is None:
        return _NOT_SAVED
    errors = sum(found.figures.get(f"{s}_errors", 0) for s in ("mechanical", "subtle", "natural"))
    clean = sum(found.figures.get(f"{s}_clean", 0) for s in ("drafter", "held_out"))
    return (
        f"Synthetic charts, United States, in FHIR R4: {clean:,.0f} true statements and "
        f"{errors:,.0f} with one error each, on {found.measured_on}."
    )


def local_use() -> str:
    """What clinicians here did with drafts of the last :data:`DAYS` days: counts, no PHI."""
    since = timezone.now() - timedelta(days=DAYS)
    drafts = Counter(
        dict(
            Draft.objects.filter(created_at__gte=since)
            .values_list("state")
            .annotate(number=Count("pk"))
            .order_by()
        )
    )
    verbs = Counter(
        dict(
            Decision.objects.filter(decided_at__gte=since, statement__isnull=False)
            .values_list("verb")
            .annotate(number=Count("pk"))
            .order_by()
        )
    )
    return (
        f"In the last {DAYS} days, drafts: {drafts.total():,}, of them signed "
        f"{drafts['signed']:,}, rejected {drafts['rejected']:,}, not made {drafts['failed']:,}. "
        f"Statements: approved as drafted {verbs['approve']:,}, put in other words "
        f"{verbs['edit']:,}, left out {verbs['reject']:,}."
    )


def _told(suite: str, words: object) -> list[str]:
    found = saved.load(suite)
    if found is None or not callable(words):
        return []
    return [f"{words(found.figures)} Measured on {found.measured_on}."]


def _first_run() -> list[str]:
    """The figures to trust: of sentences by which no rule had been made."""
    found = saved.first_run()
    if found is None:
        return []
    told = found.figures
    said = (
        "On statements by which no rule had been made (the first run of the newest blind set, "
        f"verification {found.versions['verifier']}, {found.measured_on}): caught "
        f"{told['subtle_caught']:.1f} % of errors made by hand and {told['natural_caught']:.1f} % "
        f"of errors as models make them; of true statements {told['clean_false_marks']:.1f} in 100 "
        f"were marked (at most {told['clean_false_marks_bound']:.1f} with 95 % confidence) and "
        f"{told['clean_reworded']:.1f} % worded anew. What it showed was mended since."
    )
    return [said]


def _verification(figures: Mapping[str, float]) -> str:
    caught = ", ".join(
        f"{figures[f'{sort}_caught']:.1f} % of errors {words}"
        for sort, words in (
            ("mechanical", "planted by code"),
            ("subtle", "made by hand"),
            ("natural", "as models make them"),
        )
        if f"{sort}_caught" in figures
    )
    marks, bound = figures.get("held_out_false_marks"), figures.get("held_out_false_marks_bound")
    false = "" if marks is None else f"; of true statements {marks:.1f} in 100 were marked"
    most = "" if bound is None else f" (at most {bound:.1f} with 95 % confidence)"
    return (
        "Since then, on sets by which rules were mended: caught before a clinician could sign "
        f"them unawares: {caught}{false}{most}."
    )


def _omission(figures: Mapping[str, float]) -> str:
    listed = figures.get("listed")
    return f"Of facts left out of a draft, {listed:.1f} % were listed beside it." if listed else ""


def _injection(figures: Mapping[str, float]) -> str:
    attacks = figures.get("attacks", 0)
    through = sum(
        figures.get(f"attacks_{end}", 0) for end in ("left", "signed", "crossed", "misrouted")
    )
    return f"Of {attacks:,.0f} attacks through text in a chart, {through:,.0f} had their way."


def _triage(figures: Mapping[str, float]) -> str:
    grave, cases = figures.get("grave", 0), figures.get("cases", 0)
    return (
        f"Triage by rules alone, on {cases:,.0f} labelled cases by which rules were mended: of "
        f"{grave:,.0f} that cannot wait, {figures['grave_missed']:.1f} % (at most "
        f"{figures['grave_missed_high']:.1f} % with 95 % confidence) were suggested less urgent; "
        f"{figures['over']:.1f} % of all were suggested more urgent than labelled."
        f"{_first_run_of_triage()}"
    )


def _first_run_of_triage() -> str:
    found = saved.first_run_of_triage()
    if found is None:
        return ""
    told = found.figures
    return (
        " On words by which no rule had been made (the first run of the newest set, "
        f"{told['cases']:,.0f} cases, {found.measured_on}) rules alone missed "
        f"{told['grave_missed']:.1f} % ({told['grave_missed_low']:.1f} to "
        f"{told['grave_missed_high']:.1f} %) of those that cannot wait: they are a net under a "
        "clinician, and no triage by themselves."
    )
