"""One attack: a goal, its wording or disguise, and where it stands."""

from dataclasses import dataclass

from recommendations.quality.injection.goals import Goal
from recommendations.quality.injection.places import documents


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. ``order`` is its plain wording, ``text`` what is put into the chart."""

    goal: Goal
    sort: str  # what it is counted under
    form: str  # wording, language or disguise
    place: str
    order: str
    text: str
    document: str = ""  # the one that is drafted; where none is named, one that reads the place
    with_model: bool = True  # without, rules draft
    given_away: str = ""  # what the stand-in knows the attack by, beside its plain wording

    @property
    def drafted(self) -> str:
        """The document that is drafted from the attacked chart."""
        known = documents(self.place)
        usual = "progress_note" if "progress_note" in known else known[0]
        return self.document or usual


def worded(template: str, order: str) -> str:
    """The template with the order in it."""
    return template.replace("{{", "{").replace("}}", "}").replace("{order}", order)
