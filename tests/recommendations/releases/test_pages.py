"""The administrators' pages on prompts and models: who gets in, what they show, do and refuse."""

import html
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from recommendations.administration import telling
from recommendations.agent.prompts import releasing
from recommendations.models import Draft, ReleaseChange, Statement
from recommendations.releases import choosing
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Launch, StaffUser
from tests.recommendations import cast
from tests.recommendations.panel.pages import parsed, words
from tests.recommendations.prompting import released, written
from tests.recommendations.releases.conftest import (
    NEWEST,
    administrator,
    measured_and_shadowed,
)
from tests.recommendations.releases.test_changing import WHY, put_into_use, wish

pytestmark = pytest.mark.django_db
NOTE = DOCUMENTS["progress_note"]
ADDRESSES = [
    ("get", reverse("prompts")),
    ("get", reverse("prompts-of", args=["progress_note"])),
    ("get", reverse("prompt-text", args=["contract", 5])),
    ("post", reverse("prompt-act", args=["progress_note", "propose"])),
    ("post", reverse("prompt-act", args=["progress_note", "roll-back"])),
]


def browser_of(person: StaffUser) -> Client:
    client = Client()
    client.force_login(person)
    return client


def do(person: StaffUser, verb: str, **sent: Any) -> Any:
    return browser_of(person).post(reverse("prompt-act", args=["progress_note", verb]), sent)


def page(person: StaffUser, key: str = "progress_note") -> Any:
    answer = browser_of(person).get(reverse("prompts-of", args=[key]))
    assert answer.status_code == 200
    return answer


def refused() -> list[tuple[str, str]]:
    rows = AuditEvent.objects.filter(type="release.refused").order_by("pk")
    return [(row.detail["act"], row.code) for row in rows]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_the_pages_are_for_administrators(db: None, method: str, address: str) -> None:
    assert getattr(Client(), method)(address).status_code == 302
    lena = browser_of(administrator("lena", role="compliance"))
    assert getattr(lena, method)(address).status_code == 403
    assert not ReleaseChange.objects.filter(proposer__isnull=False).exists()


def test_every_document_tells_what_it_is_drafted_with(grace: StaffUser, tomas: StaffUser) -> None:
    put_into_use(wish(models=("model-a", "model-b")), grace, tomas)
    said = words(browser_of(grace).get(reverse("prompts")))
    assert "Progress note contract@4 progress_note@1 model-a, then model-b" in said
    assert "Grace, Tomas" in said
    assert f"contract@{NEWEST} previsit_summary@1" in said
    assert "Nobody: came with the software" in said


def test_one_proposes_and_another_approves(grace: StaffUser, tomas: StaffUser) -> None:
    sent = {"contract": "4", "prompt": "1", "models": "model-a\r\nmodel-b\r\n", "reason": WHY}
    assert do(grace, "propose", **sent).status_code == 302
    waiting = ReleaseChange.objects.get(kind="use")
    assert waiting.model_ids == ["model-a", "model-b"]
    own, theirs = page(grace), page(tomas)
    assert "You proposed this. Another administrator approves it." in words(own)
    assert parsed(own).css_first("form[action$='/approve/']") is None
    form = parsed(theirs).css_first("form[action$='/approve/']")
    assert form is not None
    assert do(tomas, "approve", change=str(waiting.pk)).status_code == 302
    assert choosing.release_of(choosing.in_use(NOTE)).version == "contract@4 progress_note@1"
    assert "What was decided" in words(page(tomas))


def test_what_is_refused_says_so_keeps_the_words_and_is_put_on_record(
    grace: StaffUser, tomas: StaffUser
) -> None:
    sent = {"contract": "4", "prompt": "77", "reason": "Words that I typed & must not lose"}
    answer = do(grace, "propose", **sent)
    assert answer.status_code == 400
    assert "This version is not among those released here." in words(answer)
    assert "Words that I typed & must not lose" in html.unescape(answer.content.decode())
    do(grace, "propose", **{**sent, "prompt": "1"})
    waiting = ReleaseChange.objects.get(kind="use")
    assert do(grace, "approve", change=str(waiting.pk)).status_code == 400
    assert do(tomas, "approve", change="no-uuid").status_code == 400
    assert do(tomas, "approve", change=str(uuid4())).status_code == 400
    assert do(tomas, "roll-back", seen=str(uuid4()), reason="It does harm.").status_code == 400
    assert refused() == [
        ("propose", "version_unknown"),
        ("approve", "own_proposal"),
        ("approve", "release_not_waiting"),
        ("approve", "release_not_waiting"),
        ("roll-back", "release_moved"),
    ]
    waiting.refresh_from_db()
    assert waiting.is_waiting


@pytest.mark.parametrize("number", ["", "x", "-1", "1.0", "99999999999999999999", "٤"])
def test_a_version_that_is_no_number_is_refused(grace: StaffUser, number: str) -> None:
    answer = do(grace, "propose", contract=number, prompt="1", reason=WHY)
    assert answer.status_code == 400
    assert refused() == [("propose", "version_unknown")]


def test_one_step_back_from_the_page(grace: StaffUser, tomas: StaffUser) -> None:
    put_into_use(wish(), grace, tomas)
    form = parsed(page(tomas)).css_first("form[action$='/roll-back/']")
    assert form is not None
    seen = form.css_first("[name=seen]").attributes["value"]
    answer = do(tomas, "roll-back", seen=seen, unit="", reason="Too much is reworded.")
    assert answer.status_code == 302
    said = words(page(tomas))
    assert "Tomas, a step back" in said
    assert "Too much is reworded." in said
    assert parsed(page(tomas)).css_first("form[action$='/roll-back/']") is None


def test_a_unit_of_its_own_is_shown_apart_and_offered(
    launch: Launch, grace: StaffUser, tomas: StaffUser
) -> None:
    put_into_use(wish(unit="demo/ward-4"), grace, tomas)
    shown = page(grace)
    assert "Unit demo/ward-4" in words(shown)
    assert "Everywhere else" in words(shown)
    assert [o.attributes["value"] for o in parsed(shown).css("datalist option")] == ["demo/ward-4"]
    do(
        grace,
        "propose",
        unit="demo/ward-4",
        follow="yes",
        contract=str(NEWEST),
        prompt="1",
        reason=WHY,
    )
    assert ReleaseChange.objects.get(kind="follow").contract is None


def test_a_version_that_is_not_released_is_shown_and_not_offered(
    folder: Path, grace: StaffUser
) -> None:
    written(folder, "progress_note", 2)
    shown = parsed(page(grace))
    assert "Not released" in shown.body.text()
    offered = [o.attributes["value"] for o in shown.css("select[name=prompt] option")]
    assert offered == ["1"]


def test_what_changed_between_two_versions(folder: Path, grace: StaffUser) -> None:
    old = NOTE.prompt
    released(folder, old, 2)
    address = reverse("prompt-text", args=[old, 2])
    changed = parsed(browser_of(grace).get(address, {"from": "1"}))
    assert any("Other" in node.text() for node in changed.css("ins"))
    assert any("order subjective" in node.text() for node in changed.css("del"))
    assert any("`objective`" in node.text() for node in changed.css(".prose-lines p.soft"))
    whole = words(browser_of(grace).get(address))
    assert "Other words." in whole
    assert "A. Writer" in whole


@pytest.mark.parametrize(
    "arguments", [["poem", 1], ["progress_note", 9], ["contract", 0], ["manifest", 1]]
)
def test_what_there_is_not_is_not_found(grace: StaffUser, arguments: list[Any]) -> None:
    browser = browser_of(grace)
    assert browser.get(reverse("prompt-text", args=arguments)).status_code == 404
    assert browser.get(reverse("prompts-of", args=["poem"])).status_code == 404
    assert do(grace, "paint").status_code == 404
    there = browser.get(reverse("prompt-text", args=["contract", 5]), {"from": "../9"})
    assert there.status_code == 404


def test_drafts_are_counted_by_release(launch: Launch, grace: StaffUser) -> None:
    kept = choosing.for_launch("progress_note", launch)
    draft = cast.ready_draft(launch)
    Draft.objects.filter(pk=draft.pk).update(
        drafter="claude", model_id="model-a", release=kept, versions={"prompt": "contract@5 x@1"}
    )
    row = parsed(page(grace)).css_first("section[aria-labelledby=made] tbody tr")
    said = " ".join(row.text(separator=" ").split())
    assert said == "contract@5 x@1 model-a 1 5 too few to tell"
    for position in range(5, 25):
        again = Statement.objects.filter(draft=draft).first()
        again.pk, again.position, again.outcome = uuid4(), position, "checked"
        again.save(force_insert=True)
    row = parsed(page(grace)).css_first("section[aria-labelledby=made] tbody tr")
    assert " ".join(row.text(separator=" ").split()).endswith("1 25 8.0")


def test_where_no_prompt_is_released_the_page_says_so(folder: Path, grace: StaffUser) -> None:
    manifest = (folder / "manifest.json").read_text().replace('"progress_note"', '"other"')
    (folder / "manifest.json").write_text(manifest)
    releasing.forget()
    assert "Claude cannot draft this document" in words(page(grace))
    assert "rules draft" in words(browser_of(grace).get(reverse("prompts")))


def test_what_was_measured_and_what_was_drafted_beside_is_shown(
    launch: Launch, grace: StaffUser
) -> None:
    measured_and_shadowed(launch)
    shown = words(page(grace))
    assert "contract@5 progress_note@1 model-a" in shown
    assert "verifier 2026.11.5 12 1 90 2.3 0.6 to 7.8" in shown
    assert "Grace contract 5, prompt 1 model-a 5 6 checked 7 checked, 1 not found" in shown
    assert "Words of a chart." not in shown


def test_the_page_reads_the_newest_drafts_alone(
    grace: StaffUser, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "COUNTED", 2)
    for at, document in enumerate(["progress_note"] * 3):
        draft = cast.ready_draft(launch, document=document)
        release = {"sha256": f"{at}" * 64}
        Draft.objects.filter(pk=draft.pk).update(
            drafter="claude", release=release, versions={"prompt": f"version-{at}"}
        )
    said = words(page(grace))
    assert "version-2" in said
    assert "version-1" in said
    assert "version-0" not in said
