"""What a cue means where it stands: a word may be one thing of a result, another of a disease."""

from collections.abc import Set

from recommendations.verification.lexicon.neutral import NUMBER_WORDS
from recommendations.verification.plain import listed
from recommendations.verification.sentence import patterns
from recommendations.verification.sentence.phrases import Cue, cue_at

PLAIN: Cue = ("plain", "nothing")
# What the body has two of: of these "both" is a side, of all else a number of things.
_PAIRED = listed(
    "knees hips shoulders ankles wrists elbows arms legs hands feet eyes ears lungs kidneys "
    "breasts ovaries sides cheeks lobes thighs calves forearms extremities knee hip shoulder ankle "
    "wrist elbow arm leg hand foot eye ear lung kidney breast lower upper"
)
_EARLIER = listed("after previously previous prior earlier formerly")
_LATER = listed("before then later subsequently afterwards")
_PERSISTING = listed("still remains remained remain")
_SIDES = {"above": "above", "over": "above", "below": "below", "under": "below", "within": "within",
          "inside": "within", "outside": "outside"}  # fmt: skip
# What somebody is told to do with a drug; at the beginning of a sentence alone.
_TOLD = listed("take use inject inhale apply continue")
# What happens to somebody, and is over when they come: no operation, and no illness.
_MISHAPS = listed("fall collapse injury accident collision assault burn bite overdose ingestion")
_TIMED = frozenset(("condition", "procedure", "administration", "observation"))
_SAYING = listed("says states")
_ORDERS = listed("order prescription")
_HAVING = frozenset(("condition", "encounter", "note", "family_history"))
_AT_PRESENT = listed("currently presently")
_TAKEN = frozenset(("observation", "procedure"))
_OF_DRUGS = frozenset(("medication", "allergy"))


def meant(cue: Cue | None, at: int, size: int, said: list[str], kinds: Set[str]) -> Cue | None:
    """The cue as it is meant between its neighbours; None where it is none here."""
    following = said[at + size] if at + size < len(said) else ""
    word = said[at]
    if at == 0 and word in _TOLD and "medication" in kinds:
        return ("told", "taken")  # an instruction, as its order has it
    if (own := _by_kind(word, at + size, said, kinds)) is not None:
        return own
    if "observation" in kinds and (kept := _of_range(word, at + size - 1, said)):
        return kept
    if "observation" in kinds and word in _EARLIER | _LATER and not kinds & {"condition"}:
        return _in_series(cue, word, following)
    return _of_one(cue, word, following, kinds) if cue else None


def _by_kind(word: str, end: int, said: list[str], kinds: Set[str]) -> Cue | None:
    """What a word says of one kind of thing alone; None for every other word."""
    if word == "had" and "procedure" in kinds and not kinds & _HAVING:
        return ("status", "performed")  # "she had a colonoscopy"
    if word == "after" and "encounter" in kinds and not kinds & _TIMED and _befell(said[end:]):
        return PLAIN  # "in hospital after a fall": what its reason says can only have come before
    if word == "withheld" and "medication" in kinds and "administration" not in kinds:
        return ("status", "on-hold")
    if word in _SAYING and "medication" in kinds and _by_order(said[max(0, end - 7) : end - 1]):
        return PLAIN  # "the order of 28 Nov 2026 says": whose words they are, it tells itself
    ahead = cue_at(said, end) if word in _AT_PRESENT and end < len(said) else None
    # "Currently in remission": the status is the one that is told.
    return PLAIN if ahead and ahead[1][0] == "status" else None


def _befell(following: list[str]) -> bool:
    return bool(_MISHAPS & set(following[: 1 + (following[:1] in (["a"], ["an"]))]))


def _by_order(before: list[str]) -> bool:
    """Whether an order stands right before, or only its day between: "he says" is no order's."""
    last = before[-1] if before else ""
    dated = last.isdigit() and bool(_ORDERS & set(before))
    return last in _ORDERS or dated


def _of_one(cue: Cue, word: str, following: str, kinds: Set[str]) -> Cue | None:
    if cue == ("side", "bilateral") and word == "both" and following not in {"", *_PAIRED}:
        return ("enumeration", "2")
    if word == "about" and not following[:1].isdigit() and following not in NUMBER_WORDS:
        return PLAIN  # a call about test results
    if (word == "written" and "medication" not in kinds) or (
        word == "dna" and "appointment" not in kinds  # "did not attend"
    ):
        return None
    if cue[0] == "intake" and word == "taken" and kinds & _TAKEN and not kinds & _OF_DRUGS:
        return PLAIN  # a pulse is taken, too
    if (cue[0], word) == ("side", "l") and kinds <= {"observation"}:
        return ("range", "below")  # a laboratory's flag
    return cue


def _of_range(word: str, at: int, said: list[str]) -> Cue | None:
    """ "Falls below the range" is no fall; "still above the range" says that it was before."""
    following = said[at + 1] if at + 1 < len(said) else ""
    if word in {"fall", "falls"} and following in _SIDES:
        return PLAIN
    if word not in _PERSISTING or not following:
        return None
    _, ahead = cue_at(said, at + 1) or (0, ("", ""))
    return ("persistence", ahead[1]) if ahead[0] == "range" else None


def _in_series(cue: Cue | None, word: str, following: str) -> Cue | None:
    """Of two results, that the one told next is the earlier or the later one."""
    if word in {"after", "before", "then"} and not (following[:1].isdigit() or following == "to"):
        return cue
    return ("sequence", "earlier" if word in _EARLIER else "later")


def side_of_span(word: str, low: str, end: int) -> Cue | None:
    """ "Above" right before a range, as in "above 3.5-5.1 mmol/L"."""
    if word not in {*_SIDES, "normal"} or low[end : end + 1] != " ":
        return None
    hit = patterns.span_at(low, end + 1)
    if word == "normal":  # "(normal 62-106)" tells the range and not the value's place in it
        return PLAIN if hit and hit[2] else None
    return ("range", _SIDES[word]) if hit and hit[2] else None
