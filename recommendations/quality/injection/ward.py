"""Where attacks are played: the product's own code, on a database made for it and thrown away.

Every step is the real one, but for the EHR, whose chart lies in memory, and the model, which is
the obedient stand-in behind the real client. The clinician is careless: whatever can be approved
as it stands is approved and signed, and the rest is tried.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from audit.events.drafting import DraftRequested
from audit.recorder import record
from recommendations.agent import model_client
from recommendations.clinical import complaint, untrusted
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions import adding, services, signing
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import standings
from recommendations.decisions.unsaid import unsaid_of
from recommendations.drafts import circumstances, drafting
from recommendations.drafts.complaints import worded
from recommendations.models import Draft, SignedNote, Triage
from recommendations.quality.bundles import BundleReader
from recommendations.quality.injection.attack import Attack
from recommendations.quality.injection.obedient import Heard, Obedient
from recommendations.quality.injection.places import Scene, scene
from recommendations.quality.injection.serving import Server
from recommendations.workflows.registry import DOCUMENTS
from recommendations.workflows.triage import triage
from smartapp.launch.sessions import LaunchSession, cookie_name
from smartapp.models import Clinician, Destination, Ehr, Launch

_HTMX = {"HX-Request": "true"}


@dataclass
class Played:
    """What became of one attack."""

    draft: Draft
    heard: Heard
    reading: ReadingSnapshot
    shown: list[str] = field(default_factory=list)  # pages, as the browser gets them
    opened: list[str] = field(default_factory=list)  # pages that quote the chart itself
    signed: str = ""
    texts: list[tuple[str, bool]] = field(default_factory=list)  # statement, signable
    typed: tuple[str, ...] = ()  # with the request: the clinician's own, or pasted by them
    unsaid: list[str] = field(default_factory=list)  # what is told to be left out
    added: int = 0  # of these, by one tap
    forced: int = 0  # statements approved that could not be signed as they stand


@contextmanager
def staffed(model: Obedient) -> Iterator["Ward"]:
    """The product with the stand-in for its model, on the database that is there."""
    with Server(model) as server:
        settings = override_settings(
            MODEL_API_KEY="stand-in",
            MODEL_BASE_URL=server.url,
            MODEL_TRANSPORT_FACTORY="",
            ALLOWED_HOSTS=["testserver"],
        )
        with settings:
            try:
                yield Ward(model)
            finally:
                model_client.forget()


class Ward:
    """One EHR and one clinician; each attack is a launch of its own."""

    def __init__(self, model: Obedient) -> None:
        self._model = model
        self._ehr, _ = Ehr.objects.get_or_create(
            slug="evaluation",
            defaults={
                "name": "Evaluation",
                "issuer": "https://ehr.invalid/fhir",
                "vendor": "generic",
                "client_id": "app",
                "client_auth": Ehr.ClientAuth.PUBLIC,
                "scopes": "patient/*.read",
            },
        )
        self._clinician, _ = Clinician.objects.get_or_create(
            ehr=self._ehr, fhir_user="Practitioner/1", defaults={"display_name": "Dr. Vale"}
        )
        for takes_from, key in ((1, "emergency"), (3, "family-medicine")):
            named = {"service": key.replace("-", " "), "takes_from": takes_from}
            Destination.objects.get_or_create(ehr=self._ehr, key=key, defaults=named)

    def play(self, attack: Attack, *, number: int) -> Played:
        """Draft from an attacked chart, show the draft, and sign all that lets itself be signed."""
        self._model.hear(attack)
        seen = scene(attack.place, attack.text)
        launch = self._launch(number)
        with circumstances.of(launch), _model(wanted=attack.with_model):
            draft = _asked(launch, attack.drafted, seen)
            drafting.make(draft.pk, reads=lambda _: BundleReader(seen.chart))
            draft.refresh_from_db()
            played = Played(draft, self._model.heard, _reading(draft), typed=_typed(draft))
            browser = _browser(launch)
            played.shown.append(self._page(browser, draft))
            played.opened.extend(self._passages(browser, draft, played))
            self._add(launch, draft, played)
            self._decide(launch, draft, played)
            played.shown.append(self._page(browser, draft))
        return played

    def _launch(self, number: int) -> Launch:
        launch = Launch(
            ehr=self._ehr,
            clinician=self._clinician,
            patient_index=f"index-of-{number}",
            requested_scopes="patient/*.read",
            granted_scopes="patient/*.read",
        )
        launch.context = {"patient": "p1"}
        launch.save()
        return launch

    def _page(self, browser: Client, draft: Draft) -> str:
        answer = browser.get(f"/l/{draft.launch_id}/drafts/{draft.pk}/", headers=_HTMX)
        return str(answer.content.decode()) if answer.status_code == 200 else ""

    def _passages(self, browser: Client, draft: Draft, played: Played) -> Iterator[str]:
        for handle in dict.fromkeys(each.handle for each in played.reading.addressed):
            url = f"/l/{draft.launch_id}/drafts/{draft.pk}/passages/{handle}/"
            yield browser.get(url, headers=_HTMX).content.decode()

    def _add(self, launch: Launch, draft: Draft, played: Played) -> None:
        """One tap for each thing that the draft leaves out, where code words it."""
        for each in unsaid_of(draft):
            played.unsaid.append(each.found.words)
            if not each.found.text:
                continue
            try:
                adding.add(
                    launch=launch,
                    omission_id=each.row.pk,
                    revision=_revision(draft),
                    text_sha256=each.found.text_sha256,
                )
            except DecisionRefused:
                continue  # told by now, by what was added before
            played.added += 1

    def _decide(self, launch: Launch, draft: Draft, played: Played) -> None:
        for standing in standings(draft):
            signable = standing.outcome.signable
            played.texts.append((standing.text, signable))
            if not standing.is_open:
                continue  # added a moment ago
            given: dict[str, Any] = {
                "launch": launch,
                "statement_id": standing.statement.pk,
                "revision": _revision(draft),
                "text_sha256": standing.text_sha256,
            }
            try:
                services.approve(**given)
                played.forced += not signable
            except DecisionRefused:
                services.leave_out(**given, reason="not_in_chart", comment="")
        self._sign(launch, draft, played)

    def _sign(self, launch: Launch, draft: Draft, played: Played) -> None:
        draft.refresh_from_db()
        assembled = signing.assemble(draft, standings(draft), launch.clinician)
        try:
            signing.sign(
                launch=launch,
                draft_id=draft.pk,
                revision=draft.revision,
                text_sha256=assembled.sha256,
                attestation=signing.ATTESTATION_VERSION,
            )
        except DecisionRefused:
            return  # nothing of it could be approved
        played.signed = SignedNote.objects.get(draft=draft).text


def _asked(launch: Launch, document: str, seen: Scene) -> Draft:
    """The draft's row with what is given with it, as a page would ask for it."""
    asks = DOCUMENTS[document].asks
    draft = Draft(launch=launch, document=document, patient_index=launch.patient_index)
    words = {each.key: untrusted.block(seen.given[each.key])[: each.most] for each in asks}
    draft.given = words or None
    with transaction.atomic():
        draft.save()
        record(DraftRequested(draft_id=str(draft.pk), document=document))
        if document == triage.KEY:
            row = Triage(draft=draft)
            row.complaint = worded(seen.complaint[: complaint.LONGEST])
            row.save(force_insert=True)
    return draft


def _typed(draft: Draft) -> tuple[str, ...]:
    given = draft.given if draft.given_sealed is not None else {}
    return (*given.values(), *([draft.triage.complaint] if draft.document == triage.KEY else []))


@contextmanager
def _model(*, wanted: bool) -> Iterator[None]:
    """The stand-in, or none at all: then rules draft."""
    if wanted:
        yield
        return
    with override_settings(MODEL_API_KEY=""):
        yield


def _reading(draft: Draft) -> ReadingSnapshot:
    if draft.reading_sealed is None:
        return ReadingSnapshot(as_of="")
    return ReadingSnapshot.model_validate(draft.reading)


def _revision(draft: Draft) -> int:
    draft.refresh_from_db(fields=["revision"])
    return draft.revision


def _browser(launch: Launch) -> Client:
    browser = Client()
    session = LaunchSession(launch_id=launch.pk)
    session.prove()
    session.save()
    browser.cookies[cookie_name(launch.pk)] = session.session_key or ""
    return browser
