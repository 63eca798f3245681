"""The tokens of each launch: kept sealed, renewed ahead of expiry, given out one at a time.

In: a checked token answer, once per launch. Out: an access token that is good now. Never: a
refresh token to anyone else, two refreshes of one launch at a time, a token in a log or a message.
"""

from smartapp.tokens.refreshing import LiveToken, access_token, current, first, refresh_now
from smartapp.tokens.store import forget, give_back_unstored, keep

__all__ = [
    "LiveToken",
    "access_token",
    "current",
    "first",
    "forget",
    "give_back_unstored",
    "keep",
    "refresh_now",
]
