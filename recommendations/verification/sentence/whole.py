"""What is asked of a sentence as a whole: polarity, whose it is, and what must not be left out."""

from recommendations.clinical.facts import (
    AllergyFact,
    ConditionFact,
    DemographicsFact,
    FamilyHistoryFact,
    MedicationFact,
)
from recommendations.verification.chart import Chart
from recommendations.verification.holding.schedules import (
    schedule,
    told_in_part,
    told_wrongly,
)
from recommendations.verification.holding.terms import term_of
from recommendations.verification.lexicon.neutral import SCOPE
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import stem, words
from recommendations.verification.rules import differs, finding
from recommendations.verification.sentence import combined, given, joined, lists
from recommendations.verification.sentence.advice import advice
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.instructed import instructed
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.left_out import left_out, stale, strength_alone, unsaid
from recommendations.verification.sentence.promises import promises
from recommendations.verification.sentence.scanning import DRUGS, Scan
from recommendations.verification.sentence.two_ways import chosen
from recommendations.verification.sentence.vocabulary import DIED

_ONE = {"allergy": "allergies"}


def findings(scan: Scan, binding: Binding, chart: Chart) -> list[Finding]:
    """Findings over the whole sentence."""
    found = [*_named(scan), *_pronouns(scan, chart), *advice(scan), *promises(scan)]
    if not scan.cast.inferred:
        found += [*_negations(scan), *_scoped(scan), *_purpose(scan, binding)]
        found += [*chosen(scan, binding), *_schedules(scan), *_death(scan)]
        found += instructed(scan, binding)
        found += [*_on_the_list(scan, binding), *given.unsaid(scan, binding)]
        for index in sorted(binding.mentioned()):
            if index >= 0:
                found += left_out(binding.subject(index), scan, binding)
                found += combined.exchanged(binding.subject(index), scan, binding)
                found += strength_alone(binding.subject(index), scan, binding)
                found += stale(binding.subject(index), scan, binding, chart)
    found += [*lists.findings(scan, binding, chart), *joined.findings(scan, binding, chart)]
    return found + _experiencer(scan, binding)


def _named(scan: Scan) -> list[Finding]:
    kinds = {item.kind for item in scan.items}
    sexes = any(item.family == "sex" for item in scan.items)
    quoting = any(s.fact.kind == "note" for s in scan.cast.subjects)
    if any(_none_known(item, scan) for item in scan.items if item.family == "negation"):
        return []
    if any(i.family == "stay" for i in scan.items) and "encounter" in scan.kinds:
        return []
    counted = bool(scan.cast.counts) and ("number" in kinds or "only" in scan.said)
    if (
        _list_named(scan)
        or kinds & {"name", "term", "age", "occasion", "component"}
        or sexes
        or quoting
        or counted
    ):
        return []
    return [finding("subject_unnamed", "Does not name what it speaks of, as the chart names it.")]


def _list_named(scan: Scan) -> bool:
    """ "Nothing is on the allergy list": all of a list is absent, and the list is named."""
    return any(
        term_of(absent.term, absent.searched).whole
        and {"list", "entries", "entry"} & set(scan.said)
        and {stem(word) for word in words(absent.term)} & {stem(_ONE.get(w, w)) for w in scan.said}
        for absent in scan.cast.absences
    )


def _pronouns(scan: Scan, chart: Chart) -> list[Finding]:
    said = [item for item in scan.items if item.family == "pronoun"]
    if not said or "family_history" in scan.kinds:
        return []
    known = [f for f in chart.standing(DemographicsFact) if f.sex in {"female", "male"}]
    for item in said:
        if known and item.value != known[0].sex:
            return [differs("sex_differs", item.text, known[0].sex, known[0].handle)]
    return []


def _negations(scan: Scan) -> list[Finding]:
    said = [item for item in scan.items if item.family == "negation"]
    absences = len(scan.cast.absences)
    if absences and not said:
        words = "Rests on something being absent, but does not say so."
        return [finding("absence_unsaid", words)]
    if absences:
        terms = [item for item in scan.items if item.kind == "term"]
        if len(said) == 1 or (len(said) == absences == len(terms)):
            return []
        return [finding("absence_unsaid", "Says \u201cno\u201d or \u201cnot\u201d more than once.")]
    return [_negated(item, scan) for item in said if not _none_known(item, scan)]


def _none_known(item: Item, scan: Scan) -> bool:
    """ "No drug allergies are recorded", where a row says that none are known."""
    known = any(isinstance(s.fact, AllergyFact) and s.fact.none_known for s in scan.cast.subjects)
    near = {i.family for i in scan.items if item.start < i.start <= item.end + 2}
    return known and "allergy" in near


def _negated(item: Item, scan: Scan) -> Finding:
    words = f"Says \u201c{item.text}\u201d, but what it cites is in the chart."
    cited = [s for s in scan.cast.subjects if s.fact.kind not in {"demographics", "note"}]
    ref = cited[0].handle if cited else ""
    chart = cited[0].fact.name if cited else ""
    return finding(
        "negation_unsupported", words, ref=ref, draft=item.text, chart=chart, against=bool(cited)
    )


def _scoped(scan: Scan) -> list[Finding]:
    if not scan.cast.absences or SCOPE & set(scan.said) or _among(scan):
        return []
    words = "Says that something is absent without saying where was looked."
    return [finding("absence_unscoped", words)]


def _among(scan: Scan) -> bool:
    """ "No metformin among the medications": where was looked is the list of that name."""
    nouns = {stem(w) for c in scan.cast.absences for w in c.searched.split("_")}
    ahead = scan.said[scan.said.index("among") + 1 :][:3] if "among" in scan.said else []
    return bool(nouns & {stem(word) for word in ahead})


def _purpose(scan: Scan, binding: Binding) -> list[Finding]:
    """ "For" between a drug and a condition, both cited, with no reason on the order."""
    for before, item in zip(scan.items, scan.items[1:], strict=False):
        if scan.said[before.start] != "for" or item.kind != "name":
            continue
        kinds = {binding.kind(i) for i in item.subjects if i >= 0}
        drugs = any(s.fact.kind in DRUGS for s in scan.cast.subjects)
        if "condition" in kinds and drugs and before.start > 0:
            words = f"Says that a drug is for {item.text}; its order does not say so."
            return [finding("purpose_unsupported", words, draft=item.text)]
    return []


def _schedules(scan: Scan) -> list[Finding]:
    """Each dose of an order that has several stands with its own days, and none is left out."""
    found = []
    for subject in scan.cast.subjects:
        fact = subject.fact
        if not isinstance(fact, MedicationFact) or not (order := schedule(fact)):
            continue
        wrongly = told_wrongly(scan.text, order)
        if wrongly or told_in_part(scan.text, order, name=fact.name):
            said = "its doses for other times" if wrongly else "only part of the doses"
            found.append(differs("dose_differs", said, fact.dosage_text, fact.handle))
    return found


def _death(scan: Scan) -> list[Finding]:
    """Age and sex alone read as of somebody who lives."""
    return [
        unsaid(subject, "deceased")
        for subject in scan.cast.subjects
        if isinstance(subject.fact, DemographicsFact)
        and subject.fact.deceased
        and not set(DIED) & set(scan.said)
    ]


def _on_the_list(scan: Scan, binding: Binding) -> list[Finding]:
    """A visit's diagnosis is not on the problem list."""
    if "problem list" not in scan.low:
        return []
    told = [
        fact
        for s in scan.cast.subjects
        if isinstance(fact := s.fact, ConditionFact) and s.index in binding.mentioned()
    ]
    if not told or any(fact.category != "encounter-diagnosis" for fact in told):
        return []
    words_ = f"Says that {told[0].name} is on the problem list; it is a diagnosis of a visit."
    ref, chart = told[0].handle, "a diagnosis of a visit"
    return [finding("kind_differs", words_, ref=ref, chart=chart, against=True)]


def _experiencer(scan: Scan, binding: Binding) -> list[Finding]:
    relatives = {s.index for s in scan.cast.subjects if isinstance(s.fact, FamilyHistoryFact)}
    spoken = binding.mentioned() & relatives
    if not spoken or any(item.family == "relation" for item in scan.items):
        return []
    fact = binding.subject(min(spoken)).fact
    words = f"Says of the patient what is recorded of a relative ({fact.name})."
    return [finding("experiencer_differs", words, ref=fact.handle, chart=fact.name, against=True)]
