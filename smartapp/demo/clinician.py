"""One clinician at one chart: launches, has documents drafted, decides on each, signs.

Knows what a person sees on the page: links, forms, and what is marked on them.
"""

import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
from selectolax.lexbor import LexborNode as Node

from smartapp.demo.browser import Browser, Page, PlayError
from smartapp.demo.processes import Demonstration

_DRAFT_SECONDS = 60
_ASKS = "#draft form[data-act=request-draft], #draft form[data-act=triage]"
_REVIEWED = "Reviewed with the patient today."
# What is typed where a document needs words of the clinician, by the name of the field.
_TYPED = {
    "complaint": "Chest pain since this morning, 8 out of 10, and short of breath.",
    "to": "Nephrology",
    "question": "Which of the drugs should be changed?",
    "message": "I was at the hospital last week. Are my results back, and do I take all as before?",
}


@dataclass
class Play:
    """One document of one chart in one personality: what it took and gave. No PHI, no ids."""

    personality: str
    document: str = ""
    passed: bool = False
    failure: str = ""
    launch_ms: float | None = None  # of a launch's first document
    draft_ms: float = 0
    decide_ms: float = 0
    statements: int = 0
    marked: int = 0
    edited: int = 0
    missing: int = 0
    unsaid: int = 0
    added: int = 0
    rejected: int = 0  # a draft without statements: there is nothing to sign


@dataclass
class Clinician:
    """Raises :class:`PlayError` or ``httpx2.HTTPError`` where the product does not play along."""

    running: Demonstration
    personality: str
    patient: str
    user: str
    browser: Browser = field(default_factory=Browser)
    panel_url: str = ""

    def launch(self) -> list[str]:
        """Open the app from the chart; return the documents that the panel offers, in order."""
        panel = self.browser.get(self._launch_url())
        if panel.html.css_first("#draft") is None:
            raise PlayError(f"The launch ended at {_refusal(panel)}")
        self.panel_url = panel.url
        links = (link.attributes.get("href") or "" for link in panel.html.css("nav.tabs a"))
        named = (parse_qs(urlsplit(link).query).get("document", [""])[0] for link in links)
        return [name for name in named if name]

    def work(self, play: Play) -> None:
        """Have one document drafted, edit one statement of it, decide all, sign.

        A draft that says nothing, and says so, is rejected.
        """
        address = urljoin(self.panel_url, f"?document={play.document}")
        started = time.monotonic()
        panel = self._wait_for_draft(self.browser.get(address))
        play.draft_ms = milliseconds(started)
        play.missing = len(panel.html.css("[data-missing]"))
        started = time.monotonic()
        play.statements = len(panel.html.css("[id^=statement-]"))
        if play.statements:
            self._sign(self._decide(panel, play), play)
        else:
            self._reject(panel, play)
        play.decide_ms = milliseconds(started)

    def _launch_url(self) -> str:
        sandbox = self.running.places.sandbox_url
        answer = httpx2.post(
            f"{sandbox}/ehr/{self.personality}/launch/",
            json={"patient": self.patient, "user": self.user}, timeout=30,
        )  # fmt: skip
        answer.raise_for_status()
        return str(answer.json()["url"])

    def _wait_for_draft(self, panel: Page) -> Page:
        deadline = time.monotonic() + _DRAFT_SECONDS
        address = panel.url
        while time.monotonic() < deadline:
            state = panel.one("#draft").attributes.get("data-state")
            if state == "ready":
                return panel
            if state == "failed":
                raise PlayError("The draft failed.")
            form = panel.html.css_first(_ASKS)
            # While the chart is still being read, the page has places and no form yet.
            if state not in {"queued", "running"} and form is not None:
                panel = self.browser.submit(panel, form, **_typed(form))
            time.sleep(0.1)
            panel = self.browser.get(address)
        raise PlayError("The draft did not become ready in time.")

    def _decide(self, panel: Page, play: Play) -> Page:
        """Edit a statement, reject what cannot be signed, approve the rest.

        What code found is approved at once, after a look where it is called for; judgements and
        choices one by one.
        """
        panel = self._edit(panel, play)
        while (marked := panel.html.css_first("[data-blocking] form[data-act=reject]")) is not None:
            play.marked += 1
            panel = self.browser.submit(panel, marked, reason="not_in_chart")
        self._look(panel)
        remaining = panel.html.css_first("form[data-act=approve-all]")
        if remaining is not None:
            panel = self.browser.submit(panel, remaining)
        one = "[data-stand=open] form[data-act=edit]"
        while (judgement := panel.html.css_first(one)) is not None:
            panel = self.browser.submit(panel, judgement, verb="approve")
        return self._add(panel, play)

    def _edit(self, panel: Page, play: Play) -> Page:
        """Put the first statement that takes words into the clinician's own."""
        for link in panel.html.css("[id^=statement-]:has(form[data-act=edit]) a[data-do=edit]"):
            opened = self.browser.get(urljoin(panel.url, str(link.attributes["href"])))
            words = opened.html.css_first("#draft form.editing textarea[name=text]")
            if words is not None:
                form = opened.one("#draft form.editing")
                text = f"{words.text().rstrip('.')}. {_REVIEWED}"
                play.edited = 1
                return self.browser.submit(opened, form, verb="edit", text=text)
        return panel

    def _add(self, panel: Page, play: Play) -> Page:
        """Add the first of what the draft leaves out, as the list offers it."""
        play.unsaid = len(panel.html.css("[data-unsaid]"))
        if (form := panel.html.css_first("[data-unsaid] form:has([value=add])")) is None:
            return panel
        play.added = 1
        return self.browser.submit(panel, form, verb="add")

    def _look(self, panel: Page) -> None:
        """Open a source of each statement that is not approved together unseen."""
        for chip in panel.html.css("[data-needs-look] .st__meta > .chip"):
            self.browser.get(urljoin(panel.url, str(chip.attributes["href"])))

    def _reject(self, panel: Page, play: Play) -> None:
        if "There is nothing to sign" not in panel.one("#bar").text():
            raise PlayError(
                "A draft without statements does not say that there is nothing to sign."
            )
        form = panel.one("#bar form.editing")
        reason = str(form.css("input[name=reason]")[0].attributes["value"])
        rejected = self.browser.submit(panel, form, verb="reject_draft", reason=reason)
        if rejected.one("#draft").attributes.get("data-state") != "rejected":
            raise PlayError(f"The rejection was refused at {_refusal(rejected)}")
        play.rejected = 1

    def _sign(self, panel: Page, play: Play) -> None:
        link = panel.one("a[data-act=sign]").attributes["href"]
        page = self.browser.get(self.running.places.app_url + str(link))
        if play.edited and _REVIEWED not in page.text:
            raise PlayError("The text to sign lacks the clinician's edit.")
        form = page.one("form[data-act=sign]")
        version = str(page.one("input[name=attestation]").attributes["value"])
        ticked = {"attestation": version}
        if (without := page.html.css_first("input[name=without]")) is not None:
            ticked["without"] = str(without.attributes["value"])
        signed = self.browser.submit(page, form, **ticked)
        if signed.one("#draft").attributes.get("data-state") != "signed":
            raise PlayError(f"The signature was refused at {_refusal(signed)}")


def _typed(form: Node) -> dict[str, str]:
    """Words for each field that must be filled; :class:`PlayError` where none are known."""
    names = [str(each.attributes["name"]) for each in form.css("[required][name]")]
    if unknown := set(names) - set(_TYPED):
        raise PlayError(f"Nobody knows what to type for {', '.join(sorted(unknown))}.")
    return {name: _TYPED[name] for name in names}


def _refusal(page: Page) -> str:
    code = page.html.css_first("[data-code]")
    shown = code.attributes.get("data-code") if code else "no code"
    return f"status {page.status}, {shown}"


def milliseconds(started: float) -> float:
    """Since an instant of the monotonic clock."""
    return (time.monotonic() - started) * 1000
