"""Who is signed in at the EHR screen: one person for each personality, in one browser session."""

from django.http import HttpRequest

from sandbox.personalities import Personality

_KEY = "signed_in"


def signed_in(request: HttpRequest, personality: Personality) -> str:
    """The signed-in person as ``Type/id``; "" when nobody is."""
    return str(request.session.get(_KEY, {}).get(personality.key, ""))


def sign_in(request: HttpRequest, personality: Personality, user: str) -> None:
    """Remember the person, under a new session key."""
    request.session.cycle_key()
    request.session[_KEY] = {**request.session.get(_KEY, {}), personality.key: user}


def sign_out(request: HttpRequest, personality: Personality) -> None:
    """Forget the person at this personality only."""
    people = dict(request.session.get(_KEY, {}))
    people.pop(personality.key, None)
    request.session[_KEY] = people
