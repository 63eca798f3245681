"""How a model can fail, without a word of what was said.

::

    ModelError
    ├── PassingFault           worth another try within the deadline
    │   ├── ModelUnavailable     no connection, no answer in time, a fault on their side
    │   ├── ModelOverloaded      529, or an overload told in the middle of an answer
    │   ├── ModelThrottled       429
    │   ├── StreamBroken         the answer ended before it was whole
    │   └── AnswerMalformed      the answer is whole, but it is not what was asked for
    ├── ModelResting           it kept failing just now and is left alone for a while
    ├── ModelRefused           the model declined
    ├── AnswerCutOff           the answer met its length limit
    ├── ContextTooLong         the request is longer than the model reads
    ├── BudgetSpent            no turns, tool calls or tokens left
    ├── DeadlinePassed         no time left
    ├── AnswerUnsafe           the answer repeats what was to stay between us
    ├── UnexpectedStop         the model stopped for a reason we do not know
    ├── NoAnswer               the model ended without handing in a draft
    ├── NothingDrafted         the model handed in a draft of no statements
    ├── CredentialsRejected    401, 403: a person has to look at the key
    ├── AccountProblem         402
    ├── SettingsInvalid        how the model is set up cannot work
    ├── RequestRejected        the model's server did not accept the request
    ├── ReleaseUnavailable     the prompt version that the draft was asked with is not here
    └── Stopped                we were told to stop

An SDK error holds the request, and with it the key and the chart. So none is ever chained: these
are raised with no cause and no context.
"""


class ModelError(Exception):
    """Base of all. ``usage`` is what was spent before; ``request_id`` the provider's."""

    code = "model_error"
    sentence = "The model could not draft."

    def __init__(self, *, request_id: str = "", retry_after: float | None = None) -> None:
        self.request_id = request_id
        self.retry_after = retry_after
        self.usage: dict[str, int] = {}
        self.model_id = ""  # that was asked last
        super().__init__(f"{self.code}: {self.sentence}")


class PassingFault(ModelError):
    """Worth another try while there is time."""


class ModelUnavailable(PassingFault):
    """No connection, no answer in time, or a fault of the model's servers."""

    code = "model_unavailable"
    sentence = "The model could not be reached."


class ModelOverloaded(PassingFault):
    """Too many requests from everybody."""

    code = "model_overloaded"
    sentence = "The model is overloaded."


class ModelThrottled(PassingFault):
    """Too many requests from us."""

    code = "model_throttled"
    sentence = "The model asks for fewer requests."


class StreamBroken(PassingFault):
    """The answer ended before it was whole."""

    code = "stream_broken"
    sentence = "The model's answer broke off."


class AnswerMalformed(PassingFault):
    """The answer arrived whole, but is not what was asked for."""

    code = "answer_malformed"
    sentence = "The model's answer could not be read."


class ModelResting(ModelError):
    """It kept failing just now, so that nobody waits for it."""

    code = "model_resting"
    sentence = "The model has kept failing and is left alone for a moment."


class ModelRefused(ModelError):
    """The model declined to answer."""

    code = "model_refused"
    sentence = "The model declined to draft this."


class AnswerCutOff(ModelError):
    """The answer met its length limit."""

    code = "answer_cut_off"
    sentence = "The model's answer was longer than allowed."


class ContextTooLong(ModelError):
    """The request is longer than the model reads."""

    code = "context_too_long"
    sentence = "The chart is longer than the model can read at once."


class BudgetSpent(ModelError):
    """No turns, tool calls or tokens left."""

    code = "budget_spent"
    sentence = "The model used up what a draft may cost."


class DeadlinePassed(ModelError):
    """No time left."""

    code = "deadline_passed"
    sentence = "The model took too long."


class AnswerUnsafe(ModelError):
    """The answer repeats the marker of its instructions."""

    code = "answer_unsafe"
    sentence = "The model's answer was set aside because it did not keep to its task."


class UnexpectedStop(ModelError):
    """The model stopped for a reason we do not know."""

    code = "unexpected_stop"
    sentence = "The model stopped for an unknown reason."


class NoAnswer(ModelError):
    """The model ended without handing in a draft."""

    code = "no_answer"
    sentence = "The model did not hand in a draft."


class NothingDrafted(ModelError):
    """The model handed in a draft of no statements: what it should do with an empty chart.

    Not asked again, for it was understood; the rules still say what is and is not recorded.
    """

    code = "nothing_drafted"
    sentence = "The model found nothing in this chart to draft from."


class CredentialsRejected(ModelError):
    """The key is wrong, withdrawn, or not allowed this model."""

    code = "credentials_rejected"
    sentence = "The model's provider does not accept our key."


class AccountProblem(ModelError):
    """The provider wants to be paid."""

    code = "account_problem"
    sentence = "The model provider's account needs attention."


class SettingsInvalid(ModelError):
    """How the model is set up cannot work; the log and ``manage.py check`` say what to do."""

    code = "model_settings_invalid"
    sentence = "The model is not set up so that it can work."


class RequestRejected(ModelError):
    """The model's server did not accept the request."""

    code = "request_rejected"
    sentence = "The model's provider did not accept the request."


class ReleaseUnavailable(ModelError):
    """A prompt file that the draft was asked with is missing here, or was changed."""

    code = "release_unavailable"
    sentence = "The instructions that this draft was asked with are not on this server."


class Stopped(ModelError):
    """We were told to stop."""

    code = "stopped"
    sentence = "The draft was stopped."
