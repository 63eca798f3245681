"""Words for what befell a draft: what happened, and what to do. Keyed by stable codes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Befell:
    """A title and a sentence."""

    title: str
    sentence: str


_AGAIN = "Try again, or write without a draft."
_BUSY = Befell("Claude is busy", "Too many requests were under way at once.")
_TOO_LONG = Befell("Claude did not finish in time", "The chart is long, or the service is slow.")
_WAITED_TOO_LONG = Befell(
    "Too many drafts were waiting for Claude",
    "Yours had waited for some minutes. Ask Claude again later.",
)
_COST_TOO_MUCH = Befell(
    "Claude used up what one draft may cost",
    "Reading this chart took more than is allowed for one draft. Asking again may go the same way.",
)
_ANEW = "The budget begins anew at midnight. Tell your help desk if you need more today."
_UNUSABLE = Befell(
    "Claude's answer could not be used", "It broke off, or was not what was asked for."
)
_NO_ACCESS = Befell(
    "Claude does not let this app in", "Tell your help desk; it needs a look at the account."
)
_MODEL: dict[str, Befell] = {
    "model_unavailable": Befell("Claude is not answering", "The service could not be reached."),
    "model_overloaded": _BUSY,
    "model_throttled": _BUSY,
    "stream_broken": _UNUSABLE,
    "answer_malformed": _UNUSABLE,
    "answer_cut_off": _UNUSABLE,
    "no_answer": _UNUSABLE,
    "unexpected_stop": _UNUSABLE,
    "nothing_drafted": Befell(
        "Claude found nothing to draft from", "It read this chart and handed in no statement."
    ),
    "model_resting": Befell(
        "Claude is being left alone for a moment",
        "It has kept failing just now. In a minute it may be asked again.",
    ),
    "answer_unsafe": Befell(
        "Claude's answer was set aside", "It held what should not have been in it."
    ),
    "model_refused": Befell("Claude declined to draft this", "That can happen without a fault."),
    "context_too_long": Befell("This chart is too long for Claude", "Not all of it would fit."),
    "budget_spent": _COST_TOO_MUCH,
    "queue_too_long": _WAITED_TOO_LONG,
    "budget_user": Befell("Your budget for AI drafts is spent today", _ANEW),
    "budget_unit": Befell("Today's budget of your unit for AI drafts is spent", _ANEW),
    "budget_day": Befell("Today's budget for AI drafts is spent", _ANEW),
    "deadline_passed": _TOO_LONG,
    "release_unavailable": Befell(
        "Claude's instructions are missing on this server",
        "Tell your help desk: the version in use came with another version of the app.",
    ),
    "model_settings_invalid": Befell(
        "Claude is not set up rightly here", "Tell your help desk; its settings cannot work."
    ),
    "credentials_rejected": _NO_ACCESS,
    "account_problem": _NO_ACCESS,
}
_MODEL_OTHERWISE = Befell("Claude could not draft this", "The service reported a fault.")

_FAILED: dict[str, Befell] = {
    "worker_lost": Befell(
        "The draft was interrupted",
        f"The part of the app that drafts stopped in the middle. Nothing was signed. {_AGAIN}",
    ),
    "no_worker": Befell(
        "Nobody is drafting just now",
        "The part of the app that drafts is not running. Try again in a minute, or write "
        "without a draft.",
    ),
    "took_too_long": Befell("The draft took too long", f"It was stopped. {_AGAIN}"),
    "launch_ended": Befell(
        "The session ended while drafting", "Open the app again from the patient's chart."
    ),
    "session_lost": Befell(
        "The EHR ended the session", "Open the app again from the patient's chart."
    ),
    "ehr_unavailable": Befell(
        "The chart did not answer", f"The EHR could not be read in time. {_AGAIN}"
    ),
}
_FAILED_OTHERWISE = Befell("The draft could not be made", f"Something went wrong here. {_AGAIN}")


def fell_back(code: str) -> Befell | None:
    """Why the offline drafter stepped in; nothing where no model was asked."""
    return _MODEL.get(code, _MODEL_OTHERWISE) if code else None


def failed(code: str) -> Befell:
    """Why there is no draft."""
    return _FAILED.get(code, _FAILED_OTHERWISE)
