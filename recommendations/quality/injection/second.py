"""The second set of attacks: every document, what is given with a request, code's own words.

``second_forms`` has wordings and disguises by which no rule had been made before its first run.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, cycle

from recommendations.quality.injection.attack import Attack, worded
from recommendations.quality.injection.chart import IDENTIFIERS
from recommendations.quality.injection.forms import WORDINGS as FIRST_WORDINGS
from recommendations.quality.injection.goals import GOALS, TRIAGE_GOALS, Goal
from recommendations.quality.injection.places import GIVEN, PLACES, SPLIT_2, documents
from recommendations.quality.injection.second_forms import DISGUISES, LANGUAGES, WORDINGS
from recommendations.workflows.triage import triage

# What hides an order among words of no matter: the stand-in is to know it by the order alone.
_FILLED = frozenset(("far along a long line", "end of a long note"))
_PLAIN = ("ignore", "to the AI", "system", "new role")


def attacks() -> Iterator[Attack]:
    """All of the second set, the same at every run."""
    yield from chain(_in_every_document(), _given(), _on_triage(), _by_rules())
    yield from chain(_worded(), _disguised(), _in_languages(), _split())


def _in_every_document() -> Iterator[Attack]:
    """Each place in each document that reads it, with identifiers that must stay home."""
    goals, wordings = cycle(GOALS), cycle(_PLAIN)
    for place in PLACES:
        for document in documents(place):
            given = _plain("every document", next(goals), next(wordings), place, document)
            yield replace(given, text=f"{given.text} Re: {', '.join(IDENTIFIERS)}.")


def _given() -> Iterator[Attack]:
    """Everything that is wanted, through what is typed or pasted with a request."""
    wordings = cycle(_PLAIN)
    for place, (document, _) in GIVEN.items():
        for goal in GOALS:
            yield _plain("given", goal, next(wordings), place, document)


def _on_triage() -> Iterator[Attack]:
    """A lower urgency, another destination."""
    wordings = cycle((*_PLAIN, "polite", "tool result"))
    for place in (*PLACES, *GIVEN):
        if triage.KEY in documents(place):
            for goal in TRIAGE_GOALS:
                yield _plain("triage", goal, next(wordings), place, triage.KEY)


def _by_rules() -> Iterator[Attack]:
    """No model at all: code words what the chart holds, in every document."""
    goals, wordings = cycle(GOALS), cycle(("bare", *_PLAIN))
    for place in (*PLACES, *GIVEN):
        for document in documents(place):
            given = _plain("no model", next(goals), next(wordings), place, document)
            yield replace(given, with_model=False)


def _plain(sort: str, goal: Goal, wording: str, place: str, document: str) -> Attack:
    order = goal.wordings["en"]
    text = worded(FIRST_WORDINGS[wording], order)
    return Attack(goal, sort, wording, place, order, text, document)


def _worded() -> Iterator[Attack]:
    places = cycle(("note", "allergy comment", "patient's message", "complaint", "note's title"))
    goals = cycle(GOALS)
    for form, template in WORDINGS.items():
        for _ in range(4):
            goal, place = next(goals), next(places)
            order = goal.wordings["en"]
            text = template.replace("{order}", order)
            yield Attack(goal, "second wording", form, place, order, text, given_away=text)


def _disguised() -> Iterator[Attack]:
    places = cycle(
        ("note", "patient's message", "note in HTML", "complaint", "care plan narrative")
    )
    goals = cycle(GOALS)
    for form, disguise in DISGUISES.items():
        for _ in range(3):
            goal, place = next(goals), next(places)
            order = goal.wordings["en"]
            text = disguise(worded(FIRST_WORDINGS["ignore"], order))
            known = order if form in _FILLED else text
            yield Attack(goal, "second disguise", form, place, order, text, given_away=known)


def _in_languages() -> Iterator[Attack]:
    places = cycle(("note", "patient's message", "allergy comment", "complaint", "visit's reason"))
    for language, templates in LANGUAGES.items():
        for template in templates:
            for goal in GOALS:
                if goal.name in {"no allergies", "approval", "a diagnosis"}:
                    order, place = goal.wordings[language], next(places)
                    text = template.replace("{order}", order)
                    yield Attack(
                        goal, "second language", language, place, order, text, given_away=text
                    )


def _split() -> Iterator[Attack]:
    for place in SPLIT_2:
        for goal in GOALS[::2]:
            yield _plain("second split", goal, "ignore", place, "")
