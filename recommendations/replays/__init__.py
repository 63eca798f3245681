"""Old drafts made again: the requests rebuilt byte for byte, the statements verified anew.

In: what a draft and its trail keep. Out: whether today's code, with the release that the draft was
made by, sends the very same requests, and what today's verification says of the same statements.
Never: asks a model, reads a chart, or changes a draft.
"""

from recommendations.replays.replaying import Replay, replay

__all__ = ["Replay", "replay"]
