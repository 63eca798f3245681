"""A clinician's own words beside the chart: each contradiction is shown, none bars for ever.

In come the words and the chart as it was read; out goes a verdict whose findings set both sides
beside one another. Words of one's own may say what no chart knows yet, so only that is told which
clearly speaks of something that was read, and differs from it. Each room below holds one kind of
sentence; all read it with the scan that drafted statements are read with.
"""

from recommendations.verification.own_words.reading import named
from recommendations.verification.own_words.verdict import verify_text

__all__ = ["named", "verify_text"]
