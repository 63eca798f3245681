"""The shape of a document, as data."""

from dataclasses import dataclass
from typing import Literal

from recommendations.clinical.results import ToolName
from recommendations.workflows.topics import Topic


@dataclass(frozen=True, slots=True)
class Section:
    """One section. ``belongs`` tells a drafter what goes into it, and what does not.

    ``rules`` names what must not be missing here (:mod:`recommendations.verification.omissions`):
    where it is, it is listed beside the draft, and a clinician may add it to this section.
    ``tells`` is what the offline drafter writes here, in this order. ``note`` stands below the
    title on the panel.
    """

    key: str
    title: str
    belongs: str
    most: int  # statements
    rules: tuple[str, ...] = ()
    tells: tuple[Topic, ...] = ()
    note: str = ""
    by_code: bool = False  # no drafter writes here


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to a choice; ``words`` tell a drafter when it is the right one."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a drafter chooses beside its statements, out of a list; code has the last word."""

    key: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How a document reads: to whom, in which person, and how hard it may be to read.

    ``grade`` is the highest school grade of a statement (Flesch-Kincaid); None: not measured.
    """

    reader: str = "a clinician"
    person: Literal["third", "second"] = "third"
    grade: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Words that a document needs before it can be drafted, typed or pasted by the clinician.

    ``whose`` says whose words they are: the clinician's own, or a patient's, which are data that
    nobody vouches for. ``most`` characters at most. ``of_chart``: what of a resource that is chosen
    stands in their place, its text or whom it asks.
    """

    key: str
    label: str
    hint: str
    most: int
    whose: Literal["clinician", "patient"] = "clinician"
    lines: int = 1
    of_chart: Literal["", "text", "whom"] = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What code sets around the statements in the signed text; no drafter sees it.

    ``{clinician}`` is who signs, any other name in braces what was asked under that key; a line
    whose words are missing is left out. ``layout``: a statement a line under a title in capitals
    (``lines``), a paragraph a section under a plain title (``paragraphs``), or a statement a point
    (``points``).
    """

    layout: Literal["lines", "paragraphs", "points"] = "lines"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of document.

    ``tools`` in the order in which they are read; ``prompt`` is the id of the prompt file of the
    same name; ``most`` bounds the statements of a whole draft. ``choices`` are answered beside the
    statements; ``asks_why`` documents begin with what the patient comes for. ``brought_by``: tools
    that tell what may have brought the patient, offered before anything is drafted. ``noun`` is
    what it is called in a sentence, with ``several`` for one in the plural ("instructions").
    """

    key: str
    title: str
    purpose: str
    sections: tuple[Section, ...]
    tools: tuple[ToolName, ...]
    prompt: str
    most: int
    style: Style = Style()
    asks: tuple[Asked, ...] = ()
    frame: Frame = Frame()
    choices: tuple[Choice, ...] = ()
    asks_why: bool = False
    brought_by: tuple[ToolName, ...] = ()
    noun: str = "note"
    several: bool = False

    @property
    def this(self) -> str:
        """ "this letter", "these instructions"."""
        return f"{'these' if self.several else 'this'} {self.noun}"

    @property
    def attested(self) -> str:
        """What a signature under it says."""
        it, its = ("They are", "their") if self.several else ("It is", "its")
        what = "them" if self.several else "it"
        return (
            f"I reviewed {self.this} against the chart. {it} accurate, and I sign {what} as {its} "
            "author."
        )

    @property
    def drafted(self) -> tuple[Section, ...]:
        """The sections that a drafter writes."""
        return tuple(section for section in self.sections if not section.by_code)

    @property
    def rules(self) -> tuple[str, ...]:
        """What must not be missing in the whole document: each rule belongs to one section."""
        return tuple(rule for section in self.sections for rule in section.rules)

    def section(self, key: str) -> Section:
        """The section of this key; ``KeyError`` where there is none."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)
