"""What can go wrong in the judgement, below the level of any one room.

::

    RecommendationError
    ├── UnknownDocument   a document no workflow defines
    ├── ComplaintRefused  a triage cannot begin with what was handed in; ``code`` says why
    ├── WordsMissing      what the document needs of the clinician was not given
    ├── ChoiceRefused     what was chosen of the chart cannot be taken; ``code`` says why
    ├── DraftUnderWay     one of the same document is being made from other words
    ├── LaunchEnded       the launch accepts nothing more
    ├── LeaseLost         another worker owns the draft now, or it was ended
    └── DraftingFailed    a draft cannot be made; ``code`` says why

No message holds PHI: a stable ``code`` and a sentence for the person.
"""


class RecommendationError(Exception):
    """Base of all; ``code`` is stable and safe to log."""

    code = "recommendation_error"
    sentence = "That could not be done."

    def __init__(self, code: str = "") -> None:
        self.code = code or self.code
        super().__init__(f"{self.code}: {self.sentence}")


class UnknownDocument(RecommendationError):
    """No workflow defines the document asked for."""

    code = "unknown_document"
    sentence = "There is no such document to draft."


class ComplaintRefused(RecommendationError):
    """A triage cannot begin with what was handed in."""

    code = "complaint_empty"
    sentence = "Say what the patient comes for."


class WordsMissing(RecommendationError):
    """What the document needs of the clinician was not given, or is too long."""

    code = "words_missing"
    sentence = "Fill in what this document needs, within its length."


class ChoiceRefused(RecommendationError):
    """What was chosen of the chart cannot be taken as it is."""

    code = "not_offered"
    sentence = "Choose again out of what the chart has now, or type it."


class DraftUnderWay(RecommendationError):
    """A draft of the same document is under way, from other words or another source."""

    code = "draft_under_way"
    sentence = "Wait until the draft that is under way is here, then ask again."


class LaunchEnded(RecommendationError):
    """The launch accepts nothing more."""

    code = "launch_ended"
    sentence = "This session has ended. Open the app again from the chart."


class LeaseLost(RecommendationError):
    """The draft is no longer this worker's; whatever it would write now is refused."""

    code = "lease_lost"
    sentence = "Another worker has taken up this draft."


class DraftingFailed(RecommendationError):
    """The draft cannot be made, by the model or without it."""

    code = "drafting_failed"
    sentence = "The draft could not be made. Try again, or write without it."
