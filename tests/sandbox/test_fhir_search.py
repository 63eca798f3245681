"""Search of plain R4, each parameter against what a plain filter of everything finds."""

from datetime import datetime

import pytest

from tests.sandbox.conftest import MANY_RESULTS, RUTH

LOINC = "http://loinc.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
POTASSIUM = "2823-3"


@pytest.fixture
def observations(generic):
    return generic.everything(f"Observation?patient={RUTH}&_count=1000")


def codes(resource, element="code"):
    return {(c.get("system"), c.get("code")) for c in resource.get(element, {}).get("coding", [])}


def found(client, query):
    return {one["id"] for one in client.everything(query)}


def wanted(resources, test):
    expected = {one["id"] for one in resources if test(one)}
    assert expected, "the chart has nothing to find, so the test proves nothing"
    return expected


@pytest.mark.parametrize(
    "value", [POTASSIUM, f"{LOINC}|{POTASSIUM}", f"{POTASSIUM},nothing", f"nothing,{POTASSIUM}"]
)
def test_a_token_finds_by_code_with_or_without_its_system(generic, observations, value):
    expected = wanted(observations, lambda one: (LOINC, POTASSIUM) in codes(one))
    assert found(generic, f"Observation?patient={RUTH}&code={value}&_count=500") == expected


@pytest.mark.parametrize("value", [f"|{POTASSIUM}", f"http://snomed.info/sct|{POTASSIUM}", "28233"])
def test_a_token_of_another_system_or_of_none_finds_nothing(generic, value):
    assert generic.ids(f"Observation?patient={RUTH}&code={value}") == []


def test_a_token_of_a_system_alone_finds_all_its_codes(generic, observations):
    expected = wanted(observations, lambda one: any(s == LOINC for s, _ in codes(one)))
    assert found(generic, f"Observation?patient={RUTH}&code={LOINC}|&_count=500") == expected


def test_a_comma_means_or_and_repetition_means_and(generic, observations):
    both = f"Observation?patient={RUTH}&code={POTASSIUM},2160-0&_count=500"
    expected = wanted(observations, lambda o: codes(o) & {(LOINC, POTASSIUM), (LOINC, "2160-0")})
    assert found(generic, both) == expected
    assert generic.ids(f"Observation?patient={RUTH}&code={POTASSIUM}&code=2160-0") == []


def test_not_excludes_and_missing_asks_for_absence(generic, observations):
    expected = wanted(observations, lambda o: (LOINC, POTASSIUM) not in codes(o))
    query = f"Observation?patient={RUTH}&code:not={POTASSIUM}&_count=500"
    assert found(generic, query) == expected
    allergies = generic.everything(f"AllergyIntolerance?patient={RUTH}&code:missing=false")
    assert allergies
    assert generic.ids(f"AllergyIntolerance?patient={RUTH}&code:missing=true") == []


def test_a_patient_may_be_named_by_id_by_type_or_by_address(generic, observations):
    everything = {one["id"] for one in observations}
    for name in (RUTH, f"Patient/{RUTH}", f"{generic.base}/Patient/{RUTH}"):
        assert found(generic, f"Observation?patient={name}&_count=500") == everything
        assert found(generic, f"Observation?subject={name}&_count=500") == everything
    assert found(generic, f"Observation?subject:Patient={RUTH}&_count=500") == everything
    elsewhere = f"https://elsewhere.example/fhir/Patient/{RUTH}"
    assert generic.ids(f"Observation?subject={elsewhere}") == []


def instant(one):
    return datetime.fromisoformat(one["effectiveDateTime"])


def test_date_prefixes_find_before_after_and_between(generic, observations):
    dated = [one for one in observations if "effectiveDateTime" in one]
    middle = sorted(dated, key=instant)[len(dated) // 2]
    cut = middle["effectiveDateTime"].replace("+", "%2B")
    base = f"Observation?patient={RUTH}&_count=500&date="
    assert found(generic, f"{base}gt{cut}") == wanted(dated, lambda o: instant(o) > instant(middle))
    assert found(generic, f"{base}ge{cut}") == wanted(
        dated, lambda o: instant(o) >= instant(middle)
    )
    assert found(generic, f"{base}lt{cut}") == wanted(dated, lambda o: instant(o) < instant(middle))
    assert found(generic, f"{base}le{cut}&date=ge{cut}") == wanted(
        dated, lambda o: instant(o) == instant(middle)
    )


def test_a_year_finds_all_that_happened_in_it(generic, observations):
    year = observations[0]["effectiveDateTime"][:4]
    # The chart's times are in one zone and none is near midnight of New Year's Day.
    expected = wanted(observations, lambda o: o.get("effectiveDateTime", "")[:4] == year)
    assert found(generic, f"Observation?patient={RUTH}&date={year}&_count=500") == expected
    assert generic.ids(f"Observation?patient={RUTH}&date=sa2100") == []


@pytest.mark.parametrize(
    "value", ["soon", "gt", "2024-13", "xx2024-01-01", "2024-01-01T00:00:00 05:00"]
)
def test_a_date_that_cannot_be_read_is_refused(generic, value):
    answer = generic.get(f"Observation?patient={RUTH}&date={value}")
    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "date" in answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("name", ["hallo", "RUTH", "Hállo"])
def test_strings_find_by_beginning_without_case_or_accents(generic, name):
    assert generic.ids(f"Patient?name={name}") == [RUTH]


def test_strings_know_exact_and_contains(generic):
    assert generic.ids("Patient?family:exact=Halloway") == [RUTH]
    assert generic.ids("Patient?family:exact=halloway") == []
    assert generic.ids("Patient?family:contains=LLOWA") == [RUTH]
    assert generic.ids("Patient?family=lloway") == []


def test_a_composite_finds_a_code_with_its_own_value(generic, observations):
    def high(one):
        return (LOINC, POTASSIUM) in codes(one) and one["valueQuantity"]["value"] > 5.5

    query = f"Observation?patient={RUTH}&code-value-quantity={POTASSIUM}$gt5.5"
    assert found(generic, query) == wanted(observations, high)
    assert generic.ids(f"Observation?patient={RUTH}&code-value-quantity={POTASSIUM}$gt99") == []
    assert generic.get(f"Observation?code-value-quantity={POTASSIUM}").status_code == 400


def test_components_are_found_by_their_code_and_value(generic, observations):
    def systolic(one):
        return any((LOINC, "8480-6") in codes(part) for part in one.get("component", []))

    expected = wanted(observations, systolic)
    base = f"Observation?patient={RUTH}&_count=500"
    assert found(generic, f"{base}&component-code=8480-6") == expected
    assert found(generic, f"{base}&combo-code=8480-6") == expected
    assert found(generic, f"{base}&combo-code-value-quantity=8480-6$gt40") == expected
    assert generic.ids(f"{base}&code=8480-6") == []


def test_a_quantity_means_itself_within_half_of_its_last_digit(generic, observations):
    high = next(o for o in observations if (LOINC, POTASSIUM) in codes(o) and "valueQuantity" in o)
    value = high["valueQuantity"]["value"]
    base = f"Observation?patient={RUTH}&code={POTASSIUM}&_count=500&value-quantity="
    assert high["id"] in found(generic, f"{base}{value}")
    assert high["id"] in found(generic, f"{base}{round(value)}")
    assert high["id"] not in found(generic, f"{base}{value + 0.3:.1f}")
    assert high["id"] not in found(generic, f"{base}{value}||mg/dL")
    assert generic.get(f"{base}many").status_code == 400


def test_sorting_by_date_works_in_both_directions(generic):
    query = f"Observation?patient={MANY_RESULTS}&category=laboratory&_count=300&_sort="
    newest = [instant(one) for one in generic.everything(f"{query}-date")]
    oldest = [instant(one) for one in generic.everything(f"{query}date")]
    assert len(newest) > 1000
    assert newest == sorted(newest, reverse=True)
    assert oldest == sorted(oldest)


def test_sorting_by_two_keys_keeps_the_first_above_the_second(generic):
    found = generic.everything(f"Condition?patient={RUTH}&_sort=clinical-status,-recorded-date")
    keys = [one["clinicalStatus"]["coding"][0]["code"] for one in found if "clinicalStatus" in one]
    assert keys == sorted(keys)


def test_several_ids_can_be_asked_for_at_once(generic, observations):
    two = [one["id"] for one in observations[:2]]
    assert found(generic, f"Observation?_id={','.join(two)},none-such") == set(two)


def test_summary_count_tells_the_total_without_entries(generic, observations):
    bundle = generic.get(f"Observation?patient={RUTH}&_summary=count").json()
    assert bundle["total"] == len(observations)
    assert "entry" not in bundle


def test_last_updated_finds_only_what_changed(generic):
    bundle = generic.get(f"Observation?patient={RUTH}&_lastUpdated=gt2100-01-01").json()
    assert bundle["total"] == 0
    assert generic.ids(f"Observation?patient={RUTH}&_lastUpdated=gt2000-01-01")


def test_include_brings_what_the_matches_refer_to(generic):
    query = f"MedicationRequest?patient={RUTH}&_include=MedicationRequest:requester"
    bundle = generic.get(query).json()
    along = {
        f"{e['resource']['resourceType']}/{e['resource']['id']}"
        for e in bundle["entry"]
        if e["search"]["mode"] == "include"
    }
    requesters = {
        e["resource"]["requester"]["reference"]
        for e in bundle["entry"]
        if e["search"]["mode"] == "match" and "requester" in e["resource"]
    }
    assert along == requesters


def test_an_unknown_modifier_sort_include_or_count_is_refused(generic):
    for query in ("code:above=1", "_sort=colour", "_include=Patient:link", "_count=many"):
        answer = generic.get(f"Observation?patient={RUTH}&{query}")
        assert answer.status_code == 400, query
        assert answer.json()["issue"][0]["severity"] == "error"


def test_an_unknown_parameter_is_left_out_of_the_self_link_or_refused_if_asked_to_be_strict(
    generic,
):
    answer = generic.get(f"Observation?patient={RUTH}&colour=red&_count=1")
    assert "colour" not in answer.json()["link"][0]["url"]
    strict = {"Prefer": "handling=strict"}
    assert generic.get("Observation?colour=red", headers=strict).status_code == 400


def test_a_search_may_be_posted_as_a_form(generic, observations):
    form = {"patient": RUTH, "code": POTASSIUM, "_count": "500"}
    bundle = generic.request("POST", "Observation/_search", data=form).json()
    expected = wanted(observations, lambda one: (LOINC, POTASSIUM) in codes(one))
    assert {e["resource"]["id"] for e in bundle["entry"]} == expected
