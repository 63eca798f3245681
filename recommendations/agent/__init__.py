"""The agent: has a document drafted from one reading of one chart, by Claude or without a model.

In: a document, a reading with its patient bound inside, a budget, a listener. Out: typed
statements, told one by one, and how it ended. Never: holds a token, names a patient, writes to a
chart or a database, or takes an answer for whole that did not arrive whole.
"""

from recommendations.agent.budget import Budget
from recommendations.agent.chain import draft
from recommendations.agent.loop import DraftOutcome, warm_up

__all__ = ["Budget", "DraftOutcome", "draft", "warm_up"]
