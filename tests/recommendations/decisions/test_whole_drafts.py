"""Acts on a whole draft: its statements approved together, or all of it rejected."""

from recommendations.decisions import editing, services
from recommendations.decisions.standing import standings
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED
from tests.recommendations.decisions.sent import events, on, refused, whole


def test_approving_together_leaves_what_needs_a_look_of_its_own(draft):
    typed = cast.standing(draft, CHECKED)
    editing.save_edit(
        launch=draft.launch,
        statement_id=typed.statement.pk,
        text="K 5.9",
        shown_sha256=typed.text_sha256,
    )
    decisions = services.approve_together(**whole(draft), section="")
    assert [d.statement.outcome for d in decisions] == ["checked"], "no inference, no typed words"
    assert [s.stand.value for s in standings(draft)] == ["approved", "open", "open", "open", "open"]
    draft.refresh_from_db()
    assert draft.revision == 1
    assert {e.detail["together"] for e in events("statement.approved")} == {1}
    with refused("nothing_to_approve"):
        services.approve_together(**whole(draft), section="")


def test_a_section_is_approved_alone(draft):
    with refused("nothing_to_approve"):
        services.approve_together(**whole(draft), section="assessment")  # an inference alone
    services.approve_together(**whole(draft), section="objective")
    assert [s.stand.value for s in standings(draft)].count("approved") == 1


def test_approving_together_is_of_the_page_that_was_shown(draft):
    page = whole(draft)
    found = cast.standing(draft, CHECKED)
    editing.save_edit(
        launch=draft.launch,
        statement_id=found.statement.pk,
        text="K 5.9",
        shown_sha256=found.text_sha256,
    )
    with refused("text_differs"):
        services.approve_together(**page, section="")


def test_rejecting_a_draft_ends_it(draft):
    with refused("reason_missing"):
        services.reject_draft(**whole(draft), reason="", comment="")
    services.reject_draft(**whole(draft), reason="too_many_errors", comment="")
    draft.refresh_from_db()
    assert (draft.state, draft.revision) == ("rejected", 1)
    assert events("draft.rejected").get().detail["reason"] == "too_many_errors"
    with refused("already_rejected"):
        services.approve(**on(draft, CHECKED))
