"""The AI provenance of a signed text: valid R4, complete, and citing what was signed alone."""

import base64

import pytest
from fhirclient.models import bundle as fhir_bundle

from recommendations.agent.prompts import Release, instructions, newest
from recommendations.decisions.standing import Stand, standings
from recommendations.models import Decision, Draft
from recommendations.transparency.provenance import GUIDE, bundle
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations import cast


def parts(note):
    made = bundle(note)
    assert fhir_bundle.Bundle(made, strict=True).as_json()
    urls = {entry["fullUrl"]: entry["resource"] for entry in made["entry"]}
    provenance = made["entry"][-1]["resource"]
    return urls, provenance


def by_claude(note, **versions):
    told = instructions(newest(DOCUMENTS[note.draft.document]))
    found = {"prompt": told.version, "prompt_sha256": told.sha256} | versions
    Draft.objects.filter(pk=note.draft_id).update(
        drafter="claude", model_id="claude-x", versions=found
    )
    note.draft.refresh_from_db()
    return told


def test_the_ai_is_the_author_the_clinician_the_verifier_and_the_text_the_target(note):
    by_claude(note)
    urls, provenance = parts(note)
    author, verifier = provenance["agent"]
    assert author["type"]["coding"][0]["code"] == "author"
    device = urls[author["who"]["reference"]]
    assert device["resourceType"] == "Device"
    assert {"name": "claude-x", "type": "model-name"} in device["deviceName"]
    assert device["extension"][0]["valueCodeableConcept"]["coding"][0] == {
        "system": f"{GUIDE}/CodeSystem/AIdeviceTypeCS",
        "code": "Large-Language-Models",
    }
    assert verifier["type"]["coding"][0]["code"] == "verifier"
    assert verifier["who"]["reference"].endswith(note.decision.clinician.fhir_user)
    document = urls[provenance["target"][0]["reference"]]
    assert document["meta"]["security"][0]["code"] == "AIAST"
    text = base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
    assert text == note.text
    assert provenance["reason"][0]["coding"][0]["code"] == "AIAST"


def test_the_card_the_instructions_and_each_source_of_what_was_signed_are_named(note):
    told = by_claude(note)
    urls, provenance = parts(note)
    known = [
        urls[e["what"]["reference"]] for e in provenance["entity"] if e["role"] == "derivation"
    ]
    card, prompt = known
    assert card["category"][0]["coding"][0]["code"] == "AImodelCardCHAIformat"
    assert b"AppliedModelCard" in base64.b64decode(card["content"][0]["attachment"]["data"])
    assert prompt["type"]["coding"][0]["code"] == "AIInputPrompt"
    words = base64.b64decode(prompt["content"][0]["attachment"]["data"]).decode()
    assert told.canary not in words
    assert words.startswith(told.text[:200])
    issuer = note.draft.launch.ehr.issuer
    sources = {fact.handle: fact.source for fact in cast.FACTS}
    signed = [each for each in standings(note.draft) if each.stand is Stand.APPROVED]
    expected = {sources[ref] for each in signed for ref in each.verdict.refs}
    assert {e["what"]["reference"] for e in provenance["entity"] if e["role"] == "source"} == {
        f"{issuer}/{s.resource_type}/{s.resource_id}/_history/{s.version}" for s in expected
    }


def test_a_draft_of_an_older_release_keeps_its_own_instructions(note):
    older = instructions(Release("progress_note", 4, 1))
    by_claude(note, prompt=older.version, prompt_sha256=older.sha256)
    urls, _ = parts(note)
    (prompt,) = (r for r in urls.values() if "contract@4" in r.get("description", ""))
    words = base64.b64decode(prompt["content"][0]["attachment"]["data"]).decode()
    assert words == older.text.replace(older.canary, "")


def test_what_was_put_in_other_words_or_left_out_is_no_source(note):
    only = Decision.objects.filter(draft=note.draft, statement__isnull=False).last()
    Decision.objects.filter(draft=note.draft, statement__isnull=False).exclude(pk=only.pk).update(
        verb=Decision.Verb.REJECT
    )
    Decision.objects.filter(pk=only.pk).update(verb=Decision.Verb.EDIT)
    _, provenance = parts(note)
    assert not [e for e in provenance["entity"] if e["role"] == "source"]


@pytest.mark.parametrize("version", ["contract@0 gone@1", "contract@5 progress_note@1", "older"])
def test_instructions_that_this_version_no_longer_has_are_named_by_fingerprint_alone(note, version):
    by_claude(note, prompt=version, prompt_sha256="0" * 64)
    urls, provenance = parts(note)
    (prompt,) = (r for r in urls.values() if version in r.get("description", ""))
    assert "data" not in prompt["content"][0]["attachment"]
    assert prompt["content"][0]["attachment"]["title"] == "0" * 64
    assert len([e for e in provenance["entity"] if e["role"] == "derivation"]) == 2


def test_what_rules_put_together_is_not_said_to_be_of_a_language_model(note):
    Draft.objects.filter(pk=note.draft_id).update(drafter="offline", model_id="")
    note.draft.refresh_from_db()
    urls, provenance = parts(note)
    (device,) = (r for r in urls.values() if r["resourceType"] == "Device")
    kind = device["extension"][0]["valueCodeableConcept"]["coding"][0]["code"]
    assert kind == "Rule-Based-Systems"
    assert len([e for e in provenance["entity"] if e["role"] == "derivation"]) == 1


def test_a_resource_without_versions_is_named_with_the_hash_of_its_content(note):
    reading = note.draft.reading
    for fact in reading["facts"]:
        fact["source"]["version"] = "sha256:abc"
    note.draft.reading = reading
    note.draft.save()
    _, provenance = parts(note)
    sources = [e["what"] for e in provenance["entity"] if e["role"] == "source"]
    assert sources
    assert all(s["identifier"]["value"] == "sha256:abc" for s in sources)
    assert not any("_history" in s["reference"] for s in sources)


@pytest.mark.django_db
def test_two_exports_of_a_note_name_the_same_things(note):
    first, second = parts(note)[0], parts(note)[0]
    assert first.keys() == second.keys()


@pytest.mark.parametrize("kind", ["Complaint", "PastedText"])
def test_what_was_typed_here_is_not_said_to_be_a_resource_of_the_ehr(note, kind):
    reading = note.draft.reading
    for fact in reading["facts"]:
        fact["source"] |= {"resource_type": kind, "version": ""}
    note.draft.reading = reading
    note.draft.save()
    _, provenance = parts(note)
    sources = [e["what"] for e in provenance["entity"] if e["role"] == "source"]
    assert sources
    assert all(s["display"] and s["identifier"]["value"].startswith(kind) for s in sources)
    assert not any("reference" in s for s in sources)
