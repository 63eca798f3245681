"""FHIR XML from FHIR JSON: attributes, primitives with extensions, narrative, nested resources."""

import xml.etree.ElementTree as ET

from sandbox.fhir.xml import to_xml

NS = {"f": "http://hl7.org/fhir", "h": "http://www.w3.org/1999/xhtml"}


def parsed(**more):
    return ET.fromstring(to_xml({"resourceType": "Patient", "id": "p", **more}))


def test_values_become_attributes_and_are_escaped():
    root = parsed(
        active=True, multipleBirthInteger=2, name=[{"family": 'A & "B" <C>', "given": ["x", "y"]}]
    )
    assert root.find("f:active", NS).get("value") == "true"
    assert root.find("f:multipleBirthInteger", NS).get("value") == "2"
    assert root.find("f:name/f:family", NS).get("value") == 'A & "B" <C>'
    assert [one.get("value") for one in root.findall("f:name/f:given", NS)] == ["x", "y"]


def test_line_breaks_survive():
    assert parsed(comment="a\nb").find("f:comment", NS).get("value") == "a\nb"


def test_an_extension_has_its_url_as_attribute_and_an_element_its_id():
    extension = {"url": "urn:e", "valueString": "v"}
    root = parsed(extension=[extension], contact=[{"id": "c1", "gender": "male"}])
    assert root.find("f:extension", NS).get("url") == "urn:e"
    assert root.find("f:extension/f:valueString", NS).get("value") == "v"
    assert root.find("f:extension/f:url", NS) is None
    assert root.find("f:contact", NS).get("id") == "c1"


def test_a_primitive_with_only_an_extension_has_no_value():
    absent = {"extension": [{"url": "urn:absent", "valueCode": "unknown"}]}
    root = parsed(_birthDate=absent, name=[{"given": ["x", None], "_given": [None, absent]}])
    assert root.find("f:birthDate", NS).get("value") is None
    assert root.find("f:birthDate/f:extension", NS).get("url") == "urn:absent"
    first, second = root.findall("f:name/f:given", NS)
    assert (first.get("value"), second.get("value")) == ("x", None)


def test_narrative_and_contained_resources_stand_as_they_are():
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Hello</p></div>'
    contained = [{"resourceType": "Organization", "id": "o", "name": "Clinic"}]
    root = parsed(text={"status": "generated", "div": div}, contained=contained)
    assert root.find("f:text/h:div/h:p", NS).text == "Hello"
    assert root.find("f:contained/f:Organization/f:id", NS).get("value") == "o"
