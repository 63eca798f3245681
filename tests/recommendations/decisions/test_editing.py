"""The clinician's own words: kept as they are typed, lost by nobody, deciding nothing."""

import pytest

from recommendations.decisions import editing, services, signing
from recommendations.decisions.texts import sha256
from recommendations.models import Draft, StatementEdit
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED
from tests.recommendations.decisions.sent import decide_all, events, on, refused, to_sign


def test_an_ended_launch_decides_nothing_but_keeps_what_is_typed(draft):
    page = on(draft, CHECKED)
    cast.end(draft.launch)
    with refused("launch_ended"):
        services.approve(**page)
    with refused("launch_ended"):
        signing.sign(**to_sign(draft))
    edit = editing.save_edit(
        launch=draft.launch, statement_id=page["statement_id"],
        text="Typed just then.", shown_sha256=page["text_sha256"],
    )  # fmt: skip
    assert edit.text == "Typed just then."


@pytest.mark.parametrize("state", ["queued", "running"])
def test_words_beside_a_statement_that_may_yet_be_withdrawn_are_refused(draft, state):
    page = on(draft, CHECKED)
    send = {"launch": draft.launch, "statement_id": page["statement_id"], "text": "K 5.9"}
    Draft.objects.filter(pk=draft.pk).update(state=state)
    with refused("not_ready"):
        editing.save_edit(**send, shown_sha256=page["text_sha256"])
    assert not StatementEdit.objects.exists()
    Draft.objects.filter(pk=draft.pk).update(state="failed")
    assert editing.save_edit(**send, shown_sha256=page["text_sha256"]).text == "K 5.9"


def test_words_are_saved_as_they_are_typed(draft):
    found = cast.standing(draft, CHECKED)
    first = editing.save_edit(
        launch=draft.launch,
        statement_id=found.statement.pk,
        text="K 5.",
        shown_sha256=found.text_sha256,
    )
    again = editing.save_edit(
        launch=draft.launch,
        statement_id=found.statement.pk,
        text="K 5.9",
        shown_sha256=sha256("K 5."),
    )
    assert (first.revision, again.revision, StatementEdit.objects.get().text) == (1, 2, "K 5.9")
    draft.refresh_from_db()
    assert draft.revision == 0, "typing makes no page stale"
    assert events("edit.saved").count() == 2


def test_a_save_that_comes_twice_is_one(draft):
    found = cast.standing(draft, CHECKED)
    send = {"launch": draft.launch, "statement_id": found.statement.pk, "text": "K 5.9"}
    editing.save_edit(**send, shown_sha256=found.text_sha256)
    editing.save_edit(**send, shown_sha256=found.text_sha256)
    assert StatementEdit.objects.get().revision == 1


def test_two_windows_do_not_overwrite_each_other_unseen(draft):
    found = cast.standing(draft, CHECKED)
    send = {"launch": draft.launch, "statement_id": found.statement.pk}
    editing.save_edit(**send, text="From one window", shown_sha256=found.text_sha256)
    with refused("text_differs"):
        editing.save_edit(**send, text="From the other", shown_sha256=found.text_sha256)
    assert StatementEdit.objects.get().text == "From one window"


def test_a_signed_draft_takes_no_more_words(draft):
    decide_all(draft)
    signing.sign(**to_sign(draft))
    found = cast.standing(draft, CHECKED)
    with refused("already_signed"):
        editing.save_edit(
            launch=draft.launch,
            statement_id=found.statement.pk,
            text="Late",
            shown_sha256=found.text_sha256,
        )


def test_words_that_did_not_wait_for_the_save_before_are_kept_in_order(draft):
    found = cast.standing(draft, CHECKED)
    on_page = {
        "launch": draft.launch,
        "statement_id": found.statement.pk,
        "shown_sha256": found.text_sha256,
    }
    editing.save_edit(**on_page, text="K 5.9, repeated")
    kept = editing.save_edit(**on_page, text="K 5.9, repeated today", underway="K 5.9, repeated")
    assert kept.text == "K 5.9, repeated today"
    with refused("text_differs"):  # the first one, arriving late, takes nothing back
        editing.save_edit(**on_page, text="K 5.9, rep")
    with refused("text_differs"):  # and another window's words are not overwritten
        editing.save_edit(**on_page, text="Other", underway="K 5.9, repeated")
    assert cast.standing(draft, CHECKED).text == "K 5.9, repeated today"
