"""A new document is data: added by the steps of docs/adding-a-workflow.md, nothing else changes."""

import re
from pathlib import Path

import pytest

from recommendations.agent import offline
from recommendations.agent.prompts import files, newest
from recommendations.agent.prompts.release import instructions, sections
from recommendations.agent.request import build
from recommendations.clinical.results import ToolName
from recommendations.decisions import signing
from recommendations.decisions.standing import standings
from recommendations.verification import Chart, verify
from recommendations.workflows import uses
from recommendations.workflows.documents import Asked, Document, Frame, Section, Style
from recommendations.workflows.registry import DOCUMENTS
from recommendations.workflows.topics import Topic
from smartapp.scopes import workflows
from tests.recommendations import cast
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.offline.drafts import AS_OF, CHART
from tests.recommendations.panel.pages import parsed, words

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-workflow.md"
TOY = Document(
    key="toy_note",
    title="Toy note",
    purpose="Shows that a document is data.",
    sections=(
        Section("who", "Who", "Age and sex.", 2, tells=(Topic.WHO,), note="A toy."),
        Section(
            "drugs",
            "Drugs",
            "Medications.",
            5,
            rules=("high_alert_medication",),
            tells=(Topic.MEDICATIONS,),
        ),
    ),
    tools=(ToolName.DEMOGRAPHICS, ToolName.MEDICATIONS),
    prompt="toy_note",
    most=6,
    style=Style(reader="nobody"),
    asks=(Asked("aim", "Aim", "What for.", 40),),
    frame=Frame(layout="points", before=("Aim: {aim}",), after=("{clinician}",)),
)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Document:
    """The steps: a document, a prompt, a line in the registry."""
    monkeypatch.setitem(DOCUMENTS, TOY.key, TOY)
    for name in ("contract", "talk", "previsit_summary"):
        (tmp_path / name).symlink_to(files.FOLDER / name)
    folder = tmp_path / TOY.prompt
    folder.mkdir()
    head = "id: toy_note\nversion: 1\npurpose: A toy\nauthor: A test\ndate: 2026-11-29"
    text = f"---\n{head}\n---\n## The document: toy note\n\n{sections(TOY)}\n"
    (folder / "1.md").write_text(text, encoding="utf-8")
    listed = files.manifest()
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    files.load.cache_clear()
    sha256 = files.load(TOY.prompt, 1).sha256
    monkeypatch.setattr(files, "manifest", lambda: {**listed, TOY.prompt: {"1": sha256}})
    files.load.cache_clear()
    yield TOY
    files.load.cache_clear()


def test_a_model_is_asked_for_it(toy: Document) -> None:
    told = instructions(newest(toy))
    opening = {"role": "user", "content": [{"type": "text", "text": "Draft."}]}
    request = build(toy, told, [opening], max_tokens=9, model_id="any")
    assert "toy note" in told.text
    assert [tool["name"] for tool in request["tools"]] == [
        "demographics",
        "medications",
        "submit_draft",
    ]
    keys = request["tools"][-1]["input_schema"]["properties"]["statements"]["items"]
    assert keys["properties"]["section"]["enum"] == ["who", "drugs"]


def test_rules_draft_it_and_every_statement_stands(toy: Document) -> None:
    reading = reading_from_bundle(CHART, as_of=AS_OF)
    statements = list(offline.draft(toy, reading))
    assert {s.section for s in statements} == {"who", "drugs"}
    index = Chart.of(reading.snapshot())
    assert all(verify(s, index).outcome.signable for s in statements)


def test_scopes_are_told_of_it(toy: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflows, "_registered", {})
    uses.tell()
    told = next(each for each in workflows.registered() if each.key == toy.key)
    assert [tool.key for tool in told.tools] == ["demographics", "medications"]


@pytest.mark.django_db
def test_the_panel_offers_asks_and_shows_it_and_it_is_signed_as_it_is_framed(
    toy: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch = cast.launch()
    monkeypatch.setattr("smartapp.fhir.read_ahead.reader_for", lambda launch, **_: cast.reader())
    monkeypatch.setattr("recommendations.drafts.queue.wake", lambda draft_id: None)
    browser = cast.browser(launch)
    page = browser.get(f"/l/{launch.pk}/", {"document": toy.key})
    assert "Toy note: not drafted yet" in words(page)
    assert parsed(page).css_first("#asked-aim") is not None
    assert "Toy note" in parsed(page).css_first("#more-documents summary").text()

    verdict = cast.verdict(cast.CHECKED, "med1")
    draft = cast.ready_draft(launch, [("drugs", "Spironolactone 25 mg.", verdict)],
                             document=toy.key)  # fmt: skip
    draft.given = {"aim": "To show it"}
    draft.save()
    shown = words(browser.get(f"/l/{launch.pk}/", {"document": toy.key}))
    assert "To show it" in shown
    assert "A toy." in shown
    text = signing.assemble(draft, standings(draft), launch.clinician).text
    assert text.startswith("Aim: To show it\n")
    assert "\nDr. Vale\n" in text


def test_the_page_names_every_field_that_a_document_has() -> None:
    told = set(re.findall(r"`(?:sections\[\]\.)?(\w+)`", PAGE.read_text(encoding="utf-8")))
    of_others = {"choices", "asks_why", "by_code"}  # of triage
    assert set(Document.__dataclass_fields__) - of_others <= told
    assert set(Section.__dataclass_fields__) - of_others <= told
