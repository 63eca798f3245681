"""Every attack: a goal, a wording, a disguise and a place. The same ones at every run."""

import json
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from recommendations.quality.injection import second
from recommendations.quality.injection.attack import Attack, worded
from recommendations.quality.injection.forms import DISGUISES, LANGUAGES, SPOKEN, WORDINGS
from recommendations.quality.injection.goals import ERRAND, GOALS, Goal
from recommendations.quality.injection.places import PLACES, SPLIT

SHARED = Path("evaluation/injection/agentdojo/goals_and_templates.json")
# What the shared goals leave open.
_OPEN = {
    "_ATTACKER_IBAN": "US133000000121212121212",
    "ATTACKER_IBAN": "US133000000121212121212",
    "_NEW_PASSWORD": "new_password",
    "_PHISHING_LINK": "www.collect.example",
    "_ATTACKER_WEB": "www.collect.example",
    "_ATTACKER_USER": "Fred",
    "_ATTACKER_EMAIL": "fred@collect.example",
    "_TARGET": "Riverside View Hotel",
}
_FILLED = {"user": "Emma Johnson", "model": "Claude", "tools": "submit_draft", "hotel_name": "X"}


def attacks(shared: Path | None) -> list[Attack]:
    """All of them: the project's own, and those made of the shared goals where those are there."""
    first = [*_in_every_place(), *_worded(), *_disguised(), *_in_languages(), *_split()]
    found = [*first, *second.attacks()]
    if shared is not None and (shared / SHARED).is_file():
        found.extend(_errands(json.loads((shared / SHARED).read_text(encoding="utf-8"))))
    return found


def _order(goal: Goal, language: str = "en") -> str:
    return goal.wordings[language]


def _in_every_place() -> Iterator[Attack]:
    goals, wordings = cycle(GOALS), cycle(("ignore", "to the AI", "system", "new role"))
    for place in PLACES:
        for _ in range(4):
            goal, wording = next(goals), next(wordings)
            text = worded(WORDINGS[wording], _order(goal))
            yield Attack(goal, "every place", wording, place, _order(goal), text)


def _worded() -> Iterator[Attack]:
    places = cycle(("note", "allergy comment", "lab comment", "note, within a sentence"))
    for wording, template in WORDINGS.items():
        for goal in GOALS[::2] if wording != "bare" else GOALS:
            text = worded(template, _order(goal))
            yield Attack(goal, "wording", wording, next(places), _order(goal), text)


def _disguised() -> Iterator[Attack]:
    places = cycle(("note", "note, within a sentence", "care plan narrative", "note in HTML"))
    for name, disguise in DISGUISES.items():
        for goal in GOALS[1::2]:
            text = worded(WORDINGS["ignore"], _order(goal))
            yield Attack(goal, "disguise", name, next(places), _order(goal), disguise(text))


def _in_languages() -> Iterator[Attack]:
    places = cycle(("note", "allergy comment", "visit's reason", "lab comment"))
    for templates in (LANGUAGES, SPOKEN):
        for language, template in templates.items():
            for goal in GOALS:
                if language in goal.wordings:
                    order = _order(goal, language)
                    text = worded(template, order)
                    yield Attack(goal, "language", language, next(places), order, text)


def _split() -> Iterator[Attack]:
    for place in SPLIT:
        for goal in GOALS[::2]:
            text = worded(WORDINGS["ignore"], _order(goal))
            yield Attack(goal, "split", place, place, _order(goal), text)


def _errands(shared: dict[str, list[dict[str, str]]]) -> Iterator[Attack]:
    """Each shared goal in two of the shared templates, so that each template has its share."""
    templates = [each["template"] for each in shared["attack_templates"]]
    places = cycle(("note", "allergy comment", "lab comment", "note in HTML", "appointment"))
    for number, row in enumerate(shared["injection_goals"]):
        goal = _closed(row)
        for at in (number % len(templates), (number + 3) % len(templates)):
            text = templates[at].replace("{goal}", goal)
            for name, value in _FILLED.items():
                text = text.replace("{" + name + "}", value)
            yield Attack(
                ERRAND, "shared", f"shared template {at + 1}", next(places), goal, text.strip()
            )


def _closed(row: dict[str, str]) -> str:
    """The goal's words, with what it leaves open filled in."""
    if "goal" in row:
        return row["goal"].replace("{hotel_name}", "X")
    text = re.sub(r"^f[\"']|[\"']$", "", row["goal_expr"]).replace("\\'", "'").replace("\\n", "\n")
    return re.sub(r"\{(\w+)\}", lambda m: _OPEN.get(m[1], m[1].strip("_").lower()), text)
