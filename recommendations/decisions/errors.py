"""Why an act on a draft is refused: a stable code, and a sentence that says what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the clinician reads; ``status`` is the HTTP status."""

    title: str
    sentence: str
    status: int = 409


_ANOTHER_CHART = Refusal(
    "That belongs to another chart",
    "What was asked for is not part of this patient's opening. Nothing was changed.",
    404,
)

REFUSALS: dict[str, Refusal] = {
    "another_launch": _ANOTHER_CHART,
    "launch_ended": Refusal(
        "Your session has ended",
        "Open the app again from the chart. What you typed is kept.",
        403,
    ),
    "stale_page": Refusal(
        "This page was out of date",
        "The draft changed after it was shown, perhaps in another window. "
        "It is shown anew below; decide again. What you typed is still here.",
    ),
    "not_ready": Refusal(
        "The draft is not ready yet",
        "Read what has arrived and wait for the rest: the page says when all of it is here. "
        "Then decide again. Nothing was changed.",
    ),
    "already_signed": Refusal(
        "This draft is signed", "A signed text does not change any more. Nothing was changed."
    ),
    "already_rejected": Refusal(
        "This draft was rejected", "Ask for a new draft, or write without one."
    ),
    "draft_failed": Refusal(
        "This draft was never finished", "Ask for a new draft; what you typed is kept."
    ),
    "text_differs": Refusal(
        "The text was not the one shown",
        "The words you decided on are not the words that stand here now. "
        "They are shown below; read them and decide again.",
    ),
    "statement_replaced": Refusal(
        "This statement was replaced",
        "The chart did not bear it out, so the AI was asked once more. What stands in its place "
        "is shown below; read it and decide.",
    ),
    "not_signable": Refusal(
        "This statement cannot be approved as it stands",
        "The chart does not bear it out. Put it in your own words, or leave it out.",
    ),
    "chart_otherwise": Refusal(
        "The chart says otherwise",
        "Both sides are shown with your words. Put the words right, or tick that you have seen it "
        "and mean them. What you typed is still here.",
        422,
    ),
    "already_decided": Refusal(
        "This statement is already decided", "Take the decision back first, then decide anew."
    ),
    "not_decided": Refusal(
        "There is no decision to take back", "The statement is still open. Decide on it now."
    ),
    "reason_missing": Refusal(
        "Say why", "Choose a reason from the list. Nothing was changed.", 422
    ),
    "text_empty": Refusal(
        "There are no words",
        "Write what the statement shall say. To leave it out, use Reject or Remove.",
        422,
    ),
    "text_too_long": Refusal(
        "That is too long for one statement",
        "Keep it under 2,000 characters. What you typed is still here.",
        422,
    ),
    "nothing_to_approve": Refusal(
        "Nothing here can be approved together",
        "What is still open needs a look of its own: your own words, or to be left out.",
    ),
    "look_needed": Refusal(
        "Some of these need a look first",
        "A dose, an allergy, a diagnosis and their like are not approved unseen. Open the source "
        "of each, or approve them one by one. Nothing was changed.",
    ),
    "not_missing": Refusal(
        "This is not missing any more",
        "The words that stand here now tell it. They are shown below. Nothing was changed.",
    ),
    "not_wordable": Refusal(
        "This cannot be added by a tap",
        "Rules cannot word it so that it follows from the chart. Put it in your own words in one "
        "of the statements.",
    ),
    "already_dismissed": Refusal(
        "You said that this is not needed", "List it again first, then decide anew."
    ),
    "not_added": Refusal(
        "There is nothing to take out", "It is no part of the draft. Nothing was changed."
    ),
    "unsaid_open": Refusal(
        "Something that matters is left out",
        "It is named below. Tick that you sign all the same, or go back and add it. "
        "Nothing was signed.",
        422,
    ),
    "undecided": Refusal("Some statements are still open", "Decide on each of them, then sign."),
    "nothing_left": Refusal(
        "Nothing is left to sign", "Every statement was left out. Reject the draft instead."
    ),
    "not_attested": Refusal(
        "Tick the attestation to sign",
        "It says what your signature means. Nothing was signed.",
        422,
    ),
    "attestation_changed": Refusal(
        "The attestation has changed", "Read it again below, then sign. Nothing was signed."
    ),
    "complaint_empty": Refusal(
        "Say what the patient comes for",
        "A few words are enough, in theirs or yours. Nothing was sent.",
        422,
    ),
    "complaint_too_long": Refusal(
        "That is too long for a complaint",
        "Keep it under 2,000 characters. What you typed is still here.",
        422,
    ),
    "not_offered": Refusal(
        "That is not in the chart any more",
        "It was withdrawn, answered or changed, or could not be read again. Choose out of what "
        "stands below, or type it. Nothing was sent.",
        422,
    ),
    "too_long": Refusal(
        "That is too long to be taken whole",
        "Part of it would be left out, perhaps what matters. Read it in the EHR and type what "
        "does. Nothing was sent.",
        422,
    ),
    "not_whole": Refusal(
        "That is not all of it",
        "A reason or a comment of it was left out or cut, perhaps what matters. Read it in the "
        "EHR and type what does. Nothing was sent.",
        422,
    ),
    "has_orders": Refusal(
        "That contains text addressed to software",
        "It would stand in your letter as your own words. Read it in the EHR and type your "
        "question. Nothing was sent.",
        422,
    ),
    "triage_under_way": Refusal(
        "A triage is under way",
        "Wait until it is here, then ask again. What you typed is still here.",
    ),
    "draft_under_way": Refusal(
        "A draft of this document is under way",
        "It is made from other words than you gave now. Wait until it is here, then ask again. "
        "Nothing was sent.",
    ),
    "not_on_the_list": Refusal(
        "That is not on the list",
        "Choose one of the categories, or one of this hospital's destinations as they are now. "
        "Nothing was changed.",
        422,
    ),
    "lowering_unexplained": Refusal(
        "Say why it is less urgent than a red flag asks for",
        "Choose a reason from the list; it is kept with your decision. Nothing was changed.",
        422,
    ),
    "urgency_missing": Refusal(
        "A triage needs an urgency and a destination",
        "Choose each from its list, or reject the draft.",
    ),
    "words_missing": Refusal(
        "Something is missing for this document",
        "Fill in every field below, each within its length, then ask again. Nothing was drafted.",
        422,
    ),
    "unknown_verb": Refusal("That cannot be done here", "Nothing was changed.", 422),
    "form_invalid": Refusal("The page sent something unreadable", "Open the draft anew.", 422),
}


class DecisionRefused(Exception):
    """The act was not done. The message holds the code only."""

    def __init__(self, code: str) -> None:
        self.refusal = REFUSALS[code]
        self.code = code
        super().__init__(code)
