"""The narrative of a C-CDA document, and what is not read as one."""

import pytest

from recommendations.clinical.note_text import plain_text

HEAD = '<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3">'


def document(*sections: str, head: str = HEAD) -> bytes:
    body = "".join(f"<component><section>{each}</section></component>" for each in sections)
    told = f"<title>Continuity of Care</title><component><structuredBody>{body}"
    return f"{head}{told}</structuredBody></component></ClinicalDocument>".encode()


def text_of(content: bytes, content_type: str = "application/xml") -> str:
    return plain_text(content, content_type)[0]


def test_sections_are_read_with_their_titles_and_cells_stay_apart() -> None:
    found = text_of(
        document(
            '<code code="48765-2"/><title>Allergies</title><text><table><tr><th>Substance</th>'
            "<th>Reaction</th></tr><tr><td>Penicillin</td><td>Rash</td></tr></table></text>",
            "<title>Plan</title><text><paragraph>Weigh daily.</paragraph><list><item>Call if over "
            "80&#160;kg</item></list></text>",
        )
    )
    lines = [line for line in found.splitlines() if line]
    assert lines == [
        "Allergies",
        "Substance | Reaction |",
        "Penicillin | Rash |",
        "Plan",
        "Weigh daily.",
        "Call if over 80 kg",
    ]


def test_a_code_that_repeats_the_narrative_is_left_out_and_so_is_what_was_deleted() -> None:
    found = text_of(
        document(
            '<title>Problems</title><text>Asthma<content revised="delete">Gout<content>s</content>'
            "</content>, mild</text><entry><observation><text>Diabetes</text></observation></entry>"
        )
    )
    assert "Asthma, mild" in found
    assert "Gout" not in found
    assert "Diabetes" not in found


def test_words_that_a_mark_parts_stay_words() -> None:
    found = text_of(document("<text>no <content>known</content> allergies, 5<sup>th</sup></text>"))
    assert found == "no known allergies, 5th"


@pytest.mark.parametrize("content_type", ["text/xml", "", "application/hl7-v3+xml", "text/plain"])
def test_it_is_known_by_its_kind_or_by_its_start(content_type: str) -> None:
    assert text_of(document("<text>Asthma</text>"), content_type) == "Asthma"


@pytest.mark.parametrize(
    "content",
    [
        b"<note>Asthma</note>",
        HEAD.replace(' xmlns="urn:hl7-org:v3"', "").encode()  # of no namespace: nobody's
        + b"<component><section><text>Asthma</text></section></component></ClinicalDocument>",
        document("<text>Asthma</text>")[:-10],
        document("<text>Asthma</text>", head='<!DOCTYPE x [<!ENTITY e "Asthma">]>' + HEAD[38:]),
        b'<?xml version="1.0"?><!DOCTYPE ClinicalDocument SYSTEM "https://elsewhere.example/x">'
        + document("<text>Asthma</text>")[38:],
        document("<text>Asthma &unknown;</text>"),
        document()[:0],
        HEAD.encode()
        + b"<component><nonXMLBody><text mediaType='application/pdf' representation='B64'>QXN0"
        + b"</text></nonXMLBody></component></ClinicalDocument>",
    ],
    ids=["xml", "no-namespace", "cut", "doctype", "abroad", "entity", "empty", "pdf-inside"],
)
def test_what_is_no_such_document_or_a_broken_one_gives_nothing(content: bytes) -> None:
    assert text_of(content) == ""


def test_deep_nesting_is_read_without_an_end_of_the_stack() -> None:
    deep = "<content>" * 50_000 + "Asthma" + "</content>" * 50_000
    assert text_of(document(f"<text>{deep}</text>")) == "Asthma"
