"""The journey of ``manage.py demo --check``: launch, draft, edit, approve, sign, verify.

Played over HTTP in every personality for every chart the sandbox holds, with nothing but what a
clinician's browser has: addresses, cookies and forms.
"""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx2

from smartapp.demo.browser import Browser, Page, PlayError
from smartapp.demo.processes import Demonstration

PERSONALITIES = ("epic", "oracle", "generic")
_DRAFT_SECONDS = 60
_REVIEWED = "Reviewed with the patient today."


@dataclass
class Play:
    """One chart in one personality: what it took and what it gave. No PHI, no ids."""

    personality: str
    passed: bool = False
    failure: str = ""
    launch_ms: float = 0
    draft_ms: float = 0
    decide_ms: float = 0
    statements: int = 0
    marked: int = 0
    edited: int = 0
    missing: int = 0
    unsaid: int = 0
    added: int = 0


@dataclass
class Report:
    """All plays together."""

    plays: list[Play] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON line: counts, medians in milliseconds, failures by name."""
        done = [play for play in self.plays if play.passed]
        failures = [asdict(play) for play in self.plays if not play.passed]
        return {
            "name": "demo",
            "figures": {
                "journeys": len(self.plays),
                "passed": len(done),
                **{f"{name}_journeys": self._count(name) for name in PERSONALITIES},
                "statements": sum(play.statements for play in done),
                "marked": sum(play.marked for play in done),
                "edited": sum(play.edited for play in done),
                "missing": sum(play.missing for play in done),
                "unsaid": sum(play.unsaid for play in done),
                "added": sum(play.added for play in done),
                "launch_ms_median": _median(play.launch_ms for play in done),
                "draft_ms_median": _median(play.draft_ms for play in done),
                "decide_ms_median": _median(play.decide_ms for play in done),
                "ledger_rows": self.ledger.get("rows", 0),
            },
            "failures": failures[:20],
            "ledger": self.ledger,
            "goals": {"passed": f"= {len(self.plays)}", "ledger": "whole"},
            "met": bool(done) and not failures and bool(self.ledger.get("whole")),
        }

    def _count(self, personality: str) -> int:
        return sum(play.personality == personality for play in self.plays)


def _median(values: Any) -> float:
    numbers = list(values)
    return round(statistics.median(numbers), 1) if numbers else 0.0


def check(
    running: Demonstration,
    *,
    personalities: list[str],
    limit: int | None,
    log: Callable[[str], object],
) -> dict[str, Any]:
    """Play every chart in every personality and verify the ledger; return the report."""
    report = Report()
    for personality in personalities:
        patients, clinician = _people(running, personality)
        log(f"{personality}: {len(patients[:limit])} charts")
        for patient in patients[:limit]:
            running.raise_if_ended()
            play = _play(running, personality, patient, clinician)
            report.plays.append(play)
            if not play.passed:
                log(f"  failed: {play.failure}")
    report.ledger = json.loads(running.manage("verify_ledger", "--json").strip().splitlines()[-1])
    return report.as_dict()


def _people(running: Demonstration, personality: str) -> tuple[list[str], str]:
    """Return every patient's id, and one clinician."""
    answer = httpx2.get(f"{running.places.sandbox_url}/ehr/{personality}/patients.json", timeout=30)
    answer.raise_for_status()
    found = answer.json()
    return [str(row["id"]) for row in found["patients"]], str(found["clinicians"][0])


def _play(running: Demonstration, personality: str, patient: str, clinician: str) -> Play:
    play = Play(personality)
    try:
        _Clinician(running, play, patient, clinician).work()
        play.passed = True
    except (PlayError, httpx2.HTTPError) as error:
        play.failure = f"{type(error).__name__}: {error}"
    return play


class _Clinician:
    """One clinician at one chart."""

    def __init__(self, running: Demonstration, play: Play, patient: str, user: str) -> None:
        self.running, self.play, self.patient, self.user = running, play, patient, user
        self.browser = Browser()

    def work(self) -> None:
        """Launch, wait for the draft, edit one statement, decide all, sign."""
        started = time.monotonic()
        panel = self.browser.get(self._launch_url())
        if panel.html.css_first("#draft") is None:
            raise PlayError(f"The launch ended at {_refusal(panel)}")
        self.play.launch_ms = _ms(started)
        started = time.monotonic()
        panel = self._wait_for_draft(panel)
        self.play.draft_ms = _ms(started)
        self.play.missing = len(panel.html.css("[data-missing]"))
        started = time.monotonic()
        self._sign(self._decide(panel))
        self.play.decide_ms = _ms(started)

    def _launch_url(self) -> str:
        sandbox = self.running.places.sandbox_url
        answer = httpx2.post(
            f"{sandbox}/ehr/{self.play.personality}/launch/",
            json={"patient": self.patient, "user": self.user}, timeout=30,
        )  # fmt: skip
        answer.raise_for_status()
        return str(answer.json()["url"])

    def _wait_for_draft(self, panel: Page) -> Page:
        deadline = time.monotonic() + _DRAFT_SECONDS
        while time.monotonic() < deadline:
            state = panel.one("#draft").attributes.get("data-state")
            if state == "ready":
                return panel
            if state == "failed":
                raise PlayError("The draft failed.")
            if state not in {"queued", "running"}:
                form = panel.one("form[data-act=request-draft]")
                panel = self.browser.submit(panel, form)
            time.sleep(0.1)
            panel = self.browser.get(panel.url)
        raise PlayError("The draft did not become ready in time.")

    def _decide(self, panel: Page) -> Page:
        """Edit the first statement, reject what cannot be signed, approve the rest.

        What code found is approved at once, after a look where it is called for; judgements one by
        one.
        """
        statements = panel.html.css("[id^=statement-]")
        self.play.statements = len(statements)
        if not statements:
            raise PlayError("The draft has no statements.")
        first = panel.one("[id^=statement-] form[data-act=edit]")
        shown = panel.one("[id^=statement-]:has(form[data-act=edit]) .st__text").text()
        text = f"{shown.rstrip('.')}. {_REVIEWED}"
        panel = self.browser.submit(panel, first, verb="edit", text=text)
        self.play.edited = 1
        while (marked := panel.html.css_first("[data-blocking] form[data-act=reject]")) is not None:
            self.play.marked += 1
            panel = self.browser.submit(panel, marked, reason="not_in_chart")
        self._look(panel)
        remaining = panel.html.css_first("form[data-act=approve-all]")
        if remaining is not None:
            panel = self.browser.submit(panel, remaining)
        one = "[data-stand=open] form[data-act=edit]"
        while (judgement := panel.html.css_first(one)) is not None:
            panel = self.browser.submit(panel, judgement, verb="approve")
        return self._add(panel)

    def _add(self, panel: Page) -> Page:
        """Add the first of what the draft leaves out, as the list offers it."""
        self.play.unsaid = len(panel.html.css("[data-unsaid]"))
        if (form := panel.html.css_first("[data-unsaid] form:has([value=add])")) is None:
            return panel
        self.play.added = 1
        return self.browser.submit(panel, form, verb="add")

    def _look(self, panel: Page) -> None:
        """Open a source of each statement that is not approved together unseen."""
        for chip in panel.html.css("[data-needs-look] .st__meta > .chip"):
            self.browser.get(urljoin(panel.url, str(chip.attributes["href"])))

    def _sign(self, panel: Page) -> None:
        link = panel.one("a[data-act=sign]").attributes["href"]
        page = self.browser.get(self.running.places.app_url + str(link))
        if _REVIEWED not in page.text:
            raise PlayError("The text to sign lacks the clinician's edit.")
        form = page.one("form[data-act=sign]")
        version = str(page.one("input[name=attestation]").attributes["value"])
        ticked = {"attestation": version}
        if (without := page.html.css_first("input[name=without]")) is not None:
            ticked["without"] = str(without.attributes["value"])
        signed = self.browser.submit(page, form, **ticked)
        if signed.one("#draft").attributes.get("data-state") != "signed":
            raise PlayError(f"The signature was refused at {_refusal(signed)}")


def _refusal(page: Page) -> str:
    code = page.html.css_first("[data-code]")
    shown = code.attributes.get("data-code") if code else "no code"
    return f"status {page.status}, {shown}"


def _ms(started: float) -> float:
    return (time.monotonic() - started) * 1000
