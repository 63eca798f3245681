"""What is asked, by vendor."""

from datetime import date

import pytest

from smartapp.fhir.queries import queries_for
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import load

TODAY = date(2026, 11, 17)


def links(vendor, concept, **more):
    asks = load(vendor).concepts[concept]
    return [q.link for q in queries_for(concept, asks, patient_id="p1", today=TODAY, **more)]


def test_the_patient_is_read_by_id():
    assert links("epic", Concept.PATIENT) == ["Patient/p1"]


def test_epics_care_plans_are_asked_category_by_category():
    asked = links("epic", Concept.CARE_PLANS)
    assert [link.split("category=")[1] for link in asked] == [
        "38717003",
        "734163000",
        "736271009",
        "736353004",
    ]


def test_oracles_appointments_are_asked_within_a_window_with_times():
    (link,) = links("oracle_health", Concept.APPOINTMENTS)
    assert "date=ge2016-11-19T00:00:00Z&date=lt2028-11-17T00:00:00Z" in link


def test_oracle_is_sent_no_parameter_it_refuses():
    for concept in set(Concept) - {Concept.MESSAGES}:  # which are not offered there
        for link in links("oracle_health", concept):
            assert "_include" not in link
            assert "_sort" not in link


@pytest.mark.parametrize(
    ("vendor", "bound"),
    [("generic", "date=ge2026-01-02"), ("oracle_health", "date=ge2026-01-02T00:00:00Z")],
)
def test_since_bounds_a_search_in_the_vendors_way(vendor, bound):
    (link,) = links(vendor, Concept.LABS, since=date(2026, 1, 2))
    assert bound in link.split("&")


def test_since_narrows_a_window_but_never_widens_it():
    (narrowed,) = links("oracle_health", Concept.APPOINTMENTS, since=date(2026, 6, 1))
    (kept,) = links("oracle_health", Concept.APPOINTMENTS, since=date(1990, 1, 1))
    assert "date=ge2026-06-01" in narrowed
    assert "date=ge2016-11-19" in kept


def test_a_vendor_that_takes_bounds_in_pairs_is_given_both():
    (bounded,) = links("oracle_health", Concept.CARE_PLANS, since=date(2026, 6, 1))
    assert "date=ge2026-06-01&date=le2036-11-24" in bounded
    assert "date=" not in links("oracle_health", Concept.CARE_PLANS)[0]


def test_codes_are_sent_as_one_list():
    (link,) = links("generic", Concept.LABS, codes=["2823-3", "http://loinc.org|2160-0"])
    assert "code=2823-3,http:%2F%2Floinc.org%7C2160-0" in link


def test_what_is_asked_stays_the_same_within_a_day():
    assert links("oracle_health", Concept.APPOINTMENTS) == links(
        "oracle_health", Concept.APPOINTMENTS
    )
