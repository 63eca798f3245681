"""Which subject a number, date or cue belongs to."""

import re
from dataclasses import replace

from recommendations.verification.chart import Chart
from recommendations.verification.plain import listed
from recommendations.verification.sentence.in_turn import in_turn
from recommendations.verification.sentence.items import Item, Subject
from recommendations.verification.sentence.judging import datum
from recommendations.verification.sentence.scanning import Scan
from recommendations.verification.sentence.sharing import numbered, shared
from recommendations.verification.sentence.stays import is_stay

NAMES = frozenset(("name", "term", "age", "component"))
DATA = frozenset(
    ("number", "pair", "date", "clock", "ago", "frequency", "as_needed", "route", "span")
)
_LINKS = listed(
    "of the a an to for with her his is problem problems order medication diagnosis from in and"
) - {"and"}  # fmt: skip
_SEPARATORS = listed("and but then while whereas although though")
_STOP = re.compile(r"[,;.()]")

# Which kinds of fact each kind of item can belong to; a cue's by its family.
FIT: dict[str, frozenset[str]] = {
    "number": frozenset((
        "observation", "medication", "administration", "immunization", "demographics",
    )),
    "clock": frozenset(("administration",)),
    "why": frozenset(("administration",)),
    "pair": frozenset(("observation",)),
    "span": frozenset(("observation",)),
    # A dose given has neither; of one told with its order these are the order's alone.
    "frequency": frozenset(("medication", "administration")),
    "as_needed": frozenset(("medication", "administration")),
    "route": frozenset(("medication", "administration", "immunization")),
    "reaction": frozenset(("allergy",)),
    "reason": frozenset(("medication",)),
    "value_text": frozenset(("observation",)),
    "role": frozenset((
        "observation", "encounter", "appointment", "procedure", "immunization", "administration",
    )),
    "range": frozenset(("observation",)),
    "trend": frozenset(("observation",)),
    "criticality": frozenset(("allergy",)),
    "severity": frozenset(("condition", "allergy")),
    "side": frozenset(("condition", "procedure", "medication")),
    "verification": frozenset(("condition", "allergy")),
    # These must not look past the next drug for one that fits: they tell drug from allergy.
    "stay": frozenset(("encounter",)),
    "order": frozenset(("medication", "allergy", "administration")),
    "intake": frozenset(("medication", "allergy", "administration")),
    "allergy": frozenset(("allergy", "medication", "administration")),
    "told": frozenset(("medication", "allergy", "administration")),
    "age": frozenset(("demographics",)),
    "sex": frozenset(("demographics",)),
    "relation": frozenset(("family_history",)),
    "ageless": frozenset(("demographics",)),
    "occasion": frozenset(("encounter", "appointment", "referral")),
    "sequence": frozenset(("observation",)),
    "persistence": frozenset(("observation",)),
    "causes": frozenset(("allergy",)),
    "comparator": frozenset(("observation",)),
    "status": frozenset((
        "condition", "medication", "allergy", "encounter", "appointment", "procedure",
        "immunization", "care_plan", "observation", "administration", "report", "referral",
    )),
}  # fmt: skip

# What the status of a result can be; "active" and its like are said of other things.
_OF_RESULTS = listed(
    "final preliminary amended unknown cancelled history past completed pending registered partial "
    "unresulted resulted"
)


class Binding:
    """The names of a sentence, and what belongs to each."""

    def __init__(self, scan: Scan, chart: Chart) -> None:
        self._scan = scan
        self._chart = chart
        self._subjects = {s.index: s for s in scan.cast.subjects}
        self._names = [n for i in scan.items if (n := self._naming(i)) is not None]
        self._named = [i for i in self._names if i.kind == "name"]
        self._shared = shared(scan, self._named)
        self._in_turn = in_turn(scan)

    def _naming(self, item: Item) -> Item | None:
        """A name, or what stands for one: "admitted" for the stay that is cited."""
        if item.kind in NAMES:
            return item
        if item.family != "stay":
            return None
        cited = self._scan.cast.subjects
        stays = frozenset(s.index for s in cited if is_stay(s.fact))
        return replace(item, kind="name", subjects=stays) if stays else None

    def mentioned(self) -> set[int]:
        """The subjects that the sentence names."""
        return {index for item in self._names for index in item.subjects}

    def owners(self, item: Item) -> frozenset[int]:
        """The subjects that an item belongs to: several where one name is theirs together."""
        fit = self._fit(item)
        if item.start in self._in_turn and item.kind in {"number", "pair"}:
            return self._kept(self._in_turn[item.start], fit)
        if together := self.together(item):
            return together
        fitting = [n for n in self._names if n.kind == "name" and self._fits(n, fit)]
        before = next((n for n in reversed(fitting) if n.end <= item.start), None)
        after = next((n for n in fitting if n.start >= item.end), None)
        if after and self._leads(item, after, before):
            return self._kept(after, fit)
        nearest = before or after
        if nearest:
            return self._kept(nearest, fit)
        return frozenset(i for i, s in self._subjects.items() if fit is None or s.fact.kind in fit)

    def together(self, item: Item) -> frozenset[int]:
        """The subjects of which "both" or "are" says the item; none where no such word does."""
        fit = self._fit(item)
        said = next((s for s in self._shared if s.takes(item)), None)
        subjects = said.subjects if said else frozenset()
        return frozenset(i for i in subjects if fit is None or self.kind(i) in fit)

    def numbered(self, item: Item) -> int:
        """Of how many subjects "both" is said."""
        return numbered(item, self._scan, self._named)

    def _fit(self, item: Item) -> frozenset[str] | None:
        fit = FIT.get(item.family if item.kind == "cue" else item.kind)
        if item.family == "status" and fit and item.value not in _OF_RESULTS:
            return fit - {"observation"}
        return fit

    def holders(self, item: Item, among: frozenset[int]) -> frozenset[int]:
        """Those of ``among`` whose facts bear the item out."""
        return frozenset(i for i in among if datum(item, self._subjects[i], self._chart).holds)

    def _kept(self, name: Item, fit: frozenset[str] | None) -> frozenset[int]:
        return frozenset(
            i for i in name.subjects if i >= 0 and (fit is None or self.kind(i) in fit)
        )

    def kind(self, index: int) -> str:
        """The kind of a subject's fact."""
        return self._subjects[index].fact.kind

    def subject(self, index: int) -> Subject:
        """A subject by its index."""
        return self._subjects[index]

    def _fits(self, name: Item, fit: frozenset[str] | None) -> bool:
        return any(i >= 0 and (fit is None or self.kind(i) in fit) for i in name.subjects)

    def _leads(self, item: Item, after: Item, before: Item | None) -> bool:
        """Whether an item stands right before the name it speaks of."""
        if self._bracketed(after) and item.end == after.start:
            return before is None or self._bracketed(before)
        if not self._linked(item.end, after.start):
            return False
        if item.kind not in DATA and item.kind not in {"reaction"}:
            return True
        return before is None or self._parted(before.end, item.start)

    def _bracketed(self, name: Item) -> bool:
        """ "Nausea (codeine)": a name in brackets is of what stands right before them."""
        last = len(self._scan.tokens) == name.end
        closing = (
            self._scan.text[self._scan.tokens[name.end - 1].end :][:1]
            if last
            else (self._scan.gap(name.end)[:1])
        )
        return name.start > 0 and self._scan.gap(name.start).endswith("(") and closing == ")"

    def _linked(self, start: int, end: int) -> bool:
        for at in range(start, end + 1):
            if at < len(self._scan.tokens) and _STOP.search(self._scan.gap(at)):
                return False
        between = [i for i in self._scan.items if i.start >= start and i.end <= end]
        return all(
            i.kind in {"cue", "frequency", "route", "number"}
            if i.kind not in {"word", "residue"}
            else self._scan.said[i.start] in _LINKS or self._scan.said[i.start] in {"tablets"}
            for i in between
        )

    def _parted(self, start: int, end: int) -> bool:
        """Whether a comma or an "and" stands between two places."""
        said = self._scan.said[start:end]
        if any(word in _SEPARATORS for word in said):
            return True
        last = min(end + 1, len(self._scan.tokens))
        return any(_STOP.search(self._scan.gap(at)) for at in range(start, last))
