"""Routes of administration, each by its many words."""

from recommendations.verification.lexicon.routes import ROUTES
from recommendations.verification.plain import words


def route_of(text: str) -> str:
    """The one route that ``text`` names; empty where it names none, or several."""
    said = words(text)
    found = {route for phrase, route in ROUTES.items() if _within(phrase, said)}
    return found.pop() if len(found) == 1 else ""


def _within(phrase: tuple[str, ...], said: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(said[at : at + size] == phrase for at in range(len(said) - size + 1))
