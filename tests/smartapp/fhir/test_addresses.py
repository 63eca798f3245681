"""Where a token may go, and what a reference means."""

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartapp.fhir.addresses import Base, Reference, is_id
from smartapp.fhir.errors import ForeignAddress

BASE = Base("https://ehr.example/fhir/R4")


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/fhir/R4/Observation",
        "http://ehr.example/fhir/R4/Observation",
        "https://ehr.example:8443/fhir/R4/Observation",
        "https://ehr.example@evil.example/fhir/R4/Observation",
        "https://user:pass@ehr.example/fhir/R4/Observation",
        "https://ehr.example.evil.example/fhir/R4/Observation",
        "https://ehr.example/fhir/R4evil/Observation",
        "https://ehr.example/other/R4/Observation",
        "https://ehr.example/fhir/R4/../admin",
        "../admin",
        "/admin",
        "//evil.example/fhir/R4/Observation",
        "https://ehr.example/fhir/R4/%2e%2e/admin",
        "https://ehr.example/fhir/R4/%252e%252e/admin",
        "https://ehr.example/fhir/R4/..%2fadmin",
        "https://ehr.example/fhir/R4/..\\admin",
        "Patient/..;/..;a=b/admin",
        "https://ehr.example/fhir/R4/%2e%2e%3b/admin",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://ehr.example:99999/fhir/R4/Observation",
    ],
)
def test_an_address_elsewhere_is_refused(link):
    with pytest.raises(ForeignAddress):
        BASE.join(link)


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("Observation?sessionID=1", "https://ehr.example/fhir/R4/Observation?sessionID=1"),
        ("https://EHR.example:443/fhir/R4/Observation", "https://ehr.example/fhir/R4/Observation"),
        ("https://ehr.example/fhir/R4?_getpages=7", "https://ehr.example/fhir/R4?_getpages=7"),
        ("/fhir/R4/Patient/1", "https://ehr.example/fhir/R4/Patient/1"),
    ],
)
def test_an_address_under_the_base_is_joined_to_it(link, meant):
    assert str(BASE.join(link)) == meant


@given(
    st.from_regex(r"[A-Z][A-Za-z]{1,8}", fullmatch=True),
    st.sampled_from(["", "/", "?"]),
    st.text(alphabet="aZ1./\\?=&:@%2eF,|[]~#+ é", max_size=24),
)
@example("Observation", "/", "../../admin")
@example("Observation", "/", "./x")
@example("Observation", "/", "/")
@example("Observation", "/", ".")
@example("Observation", "/", "1//?_count=2")
@example("Observation", "?", "url=https://evil.example/../x")
@example("Observation", "/", "%2e%2e/%2e%2e/admin")
def test_the_short_way_of_joining_leads_where_the_standards_way_does(kind, mark, rest):
    link = f"{kind}{mark}{rest}"
    try:
        meant = httpx2.URL("https://ehr.example/fhir/R4/").join(link)
        foreign = not BASE.holds(meant)
    except httpx2.InvalidURL:
        foreign = True
    if foreign:
        with pytest.raises(ForeignAddress):
            BASE.join(link)
    else:
        assert BASE.join(link) == meant


def test_a_base_at_the_root_of_a_server_holds_what_is_below():
    root = Base("http://127.0.0.1:8090")
    assert root.holds(httpx2.URL("http://127.0.0.1:8090/Patient/1"))
    assert not root.holds(httpx2.URL("http://127.0.0.1:8091/Patient/1"))
    assert root.template(root.join("Patient/1")) == "Patient/{id}"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Medication/m1", Reference("Medication", "m1")),
        ("https://ehr.example/fhir/R4/Medication/m1", Reference("Medication", "m1")),
        ("Medication/m1/_history/3", Reference("Medication", "m1")),
        ("#contained", None),
        ("urn:uuid:1b0e", None),
        ("", None),
        (None, None),
        (["Medication/m1"], None),
        ("Medication", None),
        ("medication/m1", None),
        ("Medication/m 1", None),
    ],
)
def test_a_reference_is_read_in_any_of_its_forms(text, meant):
    assert BASE.reference(text) == meant


def test_a_reference_to_another_server_is_foreign():
    with pytest.raises(ForeignAddress):
        BASE.reference("https://evil.example/fhir/R4/Medication/m1")


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("Observation?patient=p1&category=laboratory", "Observation"),
        ("Patient/p1", "Patient/{id}"),
        ("Binary/b1/extra", "Binary/{id}"),
        ("?_getpages=p1", "(paging)"),
        ("4c5f-p1", "(paging)"),
    ],
)
def test_a_template_holds_no_value(path, template):
    url = httpx2.URL(f"https://ehr.example/fhir/R4/{path}")
    assert BASE.template(url) == template


@pytest.mark.parametrize("text", ["", ".", "..", "a/b", "a b", "a" * 65, "é", None, 5, "a\n"])
def test_what_is_no_fhir_id_is_not_taken_for_one(text):
    assert not is_id(text)


@pytest.mark.parametrize("text", ["p1", "eQ81-774", "a.b", "A" * 64])
def test_a_fhir_id_is_taken(text):
    assert is_id(text)
