"""Messages and referrals, as each vendor gives them: found by patient, or never."""

import pytest

RUTH, MARSH = "eQ81-774", "eQ92-118"
FOUR = "category=notification&recipient=Practitioner/x&received=ge2020-01-01T00:00:00Z"


def test_plain_r4_finds_messages_by_patient_and_each_answer_names_its_message(generic):
    held = generic.everything(f"Communication?patient={RUTH}&_sort=-sent")
    assert [bool(one.get("inResponseTo")) for one in held] == [False, True, False]
    newest, answer, first = held
    assert answer["inResponseTo"] == [{"reference": f"Communication/{first['id']}"}]
    assert newest["sender"] == {"reference": f"Patient/{RUTH}"}
    assert answer["sender"]["reference"].startswith("Practitioner/")


def test_epic_finds_no_message_of_its_portal(epic):
    assert epic.ids(f"Communication?patient={RUTH}") == []


@pytest.mark.parametrize("query", [f"patient={RUTH}", FOUR, "category=notification"])
def test_oracle_finds_no_message_by_patient_and_wants_all_four(oracle, query):
    assert oracle.get(f"Communication?{query}").status_code == 400


def test_oracle_finds_messages_by_whom_they_went_to(oracle):
    query = f"{FOUR}&-email-status=completed"
    assert oracle.get(f"Communication?{query}").status_code == 200


def test_every_hospital_finds_referrals_by_patient(epic, oracle, generic):
    for client in (epic, oracle, generic):
        (one,) = client.everything(f"ServiceRequest?patient={MARSH}")
        assert one["code"]["text"] == "Referral to nephrology"
        assert one["requester"]["display"]
        assert one["note"]
    assert oracle.get(f"ServiceRequest?patient={MARSH}&category=3457005").status_code == 400
    assert (
        oracle.get(f"ServiceRequest?patient={MARSH}&_lastUpdated=ge2020-01-01").status_code == 400
    )
