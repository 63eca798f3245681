"""What may be shown: plain visible words that lead nowhere and name nobody by number."""

import base64
import codecs
from pathlib import Path

import pytest

from recommendations.agent import offline, plain_output
from recommendations.agent.offline import phrases
from recommendations.verification import showable
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations.charts import reading_from_bundle

MARK = "CS-0f3a9b6c5d7e8124"

UNFIT = {
    "link": [
        "See https://collect.example/x.",
        "See hxxp://collect.example.",
        "See ｈｔｔｐｓ://collect.example.",  # noqa: RUF001
        "See collect.example for more.",
        "See collect[.]example.",
        "Write to a.b@collect.example.",
        "See //collect.example.",
        "Open 10.0.0.1 now.",
        "![x](a.png)",
        "[here](a)",
        "<img src=x>",
        "<!-- x -->",
        "&lt;b&gt;",
        "javascript:alert(1)",
        "mailto:someone",
        "{{chart}}",
        "See evil.co/abc.",
        "See t.me/pharmacy now.",
        "See phish.de for more.",
        "See www2.phish.co.uk.",
        "See bad.uk/login.",
        "See BAD.UK/login.",
        "See evil。com.",
        "See evil｡com/x.",
        "See [2001:db8::1].",
        "See [2001:db8:0:0:0:0:0:1].",
    ],
    "number": [
        "Patient eQ99-940 has potassium 6.1.",
        "MRN 0050-4471.",
        "SSN 123-45-6789.",
        "Call 555-010-2233.",
        "Account GB29 NWBK 6016 1331 9268 19.",
        "Patient/123 is next.",
        "MRN 12345678.",
        "mrn: 123456",
        "Medical record number 12345678.",
        "Hospital no. A1234567.",
        "Call 555 123 4567.",
        "Call (555) 123 4567 today.",
        "NHS 943 476 5919.",
        "NHS number: 9434765919",
        "Number 123456789012.",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "SGVsbG8gV29ybGQgMTIzNDU2Nzg5MA",
    ],
    "hidden": [
        "Potas\u200bsium.",
        "Potassium\u202e.",
        "Potassium\ufe0f.",
        "A\u3164B.",
        "A\U000e0041B.",
        "A\x00B.",
    ],
}


@pytest.mark.parametrize(("why", "text"), [(w, t) for w, ts in UNFIT.items() for t in ts])
def test_what_leads_somewhere_or_hides_is_not_shown(why: str, text: str) -> None:
    assert showable.unfit(text) == why


@pytest.mark.parametrize(
    "text",
    [
        "Potassium 5.9 mmol/L on 17 Nov 2026.",
        "Penicillin G benzathine 1200000 units IM.",
        "Platelets 250000/uL; WBC 4.5 x 10⁹/L; A&Ox3.",
        "HLA-B27 positive, CA-125 35 U/mL, COVID-19 vaccine, SARS-CoV-2 negative, FOLFOX6.",
        "Smoked 1990-2010, 1.5 packs per day; visit 2026-11-17T14:02.",
        "Note says: “Feels tired.Denies pain: none.”",
        "Hydrochlorothiazide/lisinopril 25 mg/20 mg.",
        "Naïve T-cells, Sjögren syndrome.",
        "Take 0.5/day, b.i.d/t.i.d, q.d./q.o.d., vit.D/Ca, p.o./i.v.",
        "Dr.Smith/Jones saw her.Denies/reports pain.No/minimal edema.",
        "Metastases.de novo; pt.co nausea; pt.c/o pain; exposure.CO 15 %.",
        "Abd.us/ct clear; labs.ua negative; lungs.nl/clear; lytes.Ca/Mg; via.ng/og; s.c/i.m.",
        "INR 2.5/3.0, ratio 1.5:1, BP 120/80, at [08:30:15] on 11/17/2026, 17.11.2026.",
        "Call NHS 111. Hospital 2026. NHS 2026 12 visits. Record 4 of 12345 lines.",
        "Heart rates 120 130 1400/min, in hospital 2019-2020 and 2025 2026, platelets 250 000/uL, 5 000 000 units.",
        "UCUM mg.kg/min, ug.h/mL, dyn.s/cm5, 10*3/uL.",
    ],
)
def test_what_a_chart_says_is_shown(text: str) -> None:
    assert showable.unfit(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        MARK,
        MARK.lower(),
        " ".join(MARK),
        MARK[::-1],
        codecs.encode(MARK, "rot13"),
        base64.b64encode(MARK.encode()).decode(),
        base64.b64encode(b"x" + MARK.encode()).decode(),
        base64.b64encode(b"xy" + MARK.encode()).decode(),
        MARK.encode().hex(),
        f"It begins {MARK[3:12]} and goes on.",
        f"It ends {MARK[-8:]}.",
    ],
)
def test_the_mark_is_known_in_any_spelling(text: str) -> None:
    assert plain_output.repeats(f"Told: {text}", MARK)


@pytest.mark.parametrize(
    "text", ["", "Potassium 5.9 mmol/L.", "CS-1 spine, 0f3a only.", "lab12345678"]
)
def test_what_is_not_the_mark_passes(text: str) -> None:
    assert not plain_output.repeats(text, MARK)


@pytest.mark.parametrize("folder", ["synthea", "synthea-notes"])
def test_every_statement_of_the_shared_charts_may_be_shown(
    shared_data: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrases, "unfit", lambda text: "")  # else it would leave them out itself
    seen = 0
    for path in sorted((shared_data / "charts" / folder).glob("*.json.gz"))[:12]:
        if "Information" in path.name:
            continue
        for document in DOCUMENTS.values():
            for statement in offline.draft(document, reading_from_bundle(path)):
                seen += 1
                assert showable.unfit(statement.text) == "", statement.section
    assert seen > 40
