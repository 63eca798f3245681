"""The clinician's own words, kept as they are typed. They decide nothing until they are approved.

What is refused is a :class:`recommendations.decisions.errors.DecisionRefused`.
"""

from uuid import UUID

from audit.events.decisions import EditSaved
from audit.recorder import record
from recommendations.decisions import choosing
from recommendations.decisions.acts import Act, acting
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import Standing, standing_of
from recommendations.decisions.texts import MOST, normalised, sha256
from recommendations.models import Draft, StatementEdit
from smartapp.models import Launch

_NOT_EDITABLE = {
    # A model's broken answer takes its statements away, and words beside them would go too.
    Draft.State.QUEUED: "not_ready",
    Draft.State.RUNNING: "not_ready",
    Draft.State.SIGNED: "already_signed",
    Draft.State.REJECTED: "already_rejected",
}


def save_edit(
    *, launch: Launch, statement_id: UUID, text: str, shown_sha256: str, underway: str = ""
) -> StatementEdit:
    """Keep words as they are typed. An ended launch may still do this; it decides nothing.

    ``shown_sha256`` is of the words that stood there before: two windows cannot overwrite each
    other unseen. ``underway`` is the words of the same window's save before, where it could not
    wait for the answer to that one.
    """
    with acting(launch=launch, verb="save") as act:
        standing = standing_of(act.open_statement(statement_id))
        if (code := _NOT_EDITABLE.get(Draft.State(act.opened.state))) is not None:
            raise DecisionRefused(code)
        if not standing.is_open:
            raise DecisionRefused("already_decided")
        words = worded(text)
        if choosing.is_choice(act.opened, standing.statement):
            raise DecisionRefused("not_on_the_list")  # chosen and approved at once, never typed
        if words == standing.text and standing.edit is not None:
            return standing.edit  # a message that came twice
        follows = bool(underway) and normalised(underway) == standing.text
        if shown_sha256 != standing.text_sha256 and not follows:
            raise DecisionRefused("text_differs")
        return _keep_and_tell(act, standing, words)


def worded(text: str) -> str:
    """Return the words as they are kept; refuses none and too many."""
    words = normalised(text)
    if not words:
        raise DecisionRefused("text_empty")
    if len(words) > MOST:
        raise DecisionRefused("text_too_long")
    return words


def keep(act: Act, standing: Standing, words: str) -> StatementEdit:
    """Keep words as what this clinician would have stand there; a later draft offers them."""
    edit = standing.edit or StatementEdit(statement=standing.statement, revision=0)
    edit.clinician = act.launch.clinician
    edit.revision += 1
    edit.text = words
    edit.save()
    return edit


def _keep_and_tell(act: Act, standing: Standing, words: str) -> StatementEdit:
    edit = keep(act, standing, words)
    record(
        EditSaved(
            draft_id=str(standing.statement.draft_id),
            statement_id=str(standing.statement.pk),
            edit_revision=edit.revision,
            text_sha256=sha256(words),
            text=words,
        )
    )
    return edit
