"""The signature: the exact text, assembled the same way each time, attested by one clinician."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.events.decisions import DraftSigned
from audit.recorder import record_all
from recommendations.clinical import leaving
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions import choosing, framing, unsaid
from recommendations.decisions.acts import Act, acting
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import Stand, Standing, standings
from recommendations.decisions.texts import sha256
from recommendations.models import Decision, Draft, SignedNote
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Clinician, Launch

# Of the words in :attr:`Document.attested`; 1 called every document a note.
ATTESTATION_VERSION = "2"


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the signed text."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The exact text, with the parts it is made of. ``text`` is what is signed, byte for byte.

    ``before`` and ``after`` are what code sets around the statements: see :mod:`.framing`.
    """

    before: tuple[str, ...]
    parts: tuple[Part, ...]
    after: tuple[str, ...]
    not_read: str
    colophon: str
    text: str
    sha256: str

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def assemble(draft: Draft, every: Sequence[Standing], clinician: Clinician) -> Assembled:
    """The text of what was approved, by section, as a document of this kind is laid out.

    A section ends with what it does not show, and the text with what of the chart was not read,
    since whoever reads it later sees neither the page nor the draft. It names no patient: it
    is written into that patient's own chart.
    """
    read = _reading(draft)
    document = DOCUMENTS[draft.document]
    parts = tuple(
        Part(*framing.section(document, section.title, lines))
        for section in document.sections
        if (lines := _lines(every, section.key, read))
    )
    before, after = framing.around(document, draft, clinician)
    colophon = f"{drafted_with(draft)} {_reviewed(every, clinician)}"
    not_read = framing.not_read(document, read)
    blocks = ["\n".join([part.title, *part.lines]) for part in parts]
    ends = filter(None, ["\n".join(after), not_read, colophon])
    text = "\n\n".join([*before, *blocks, *ends]) + "\n"
    return Assembled(before, parts, after, not_read, colophon, text, sha256(text))


def drafted_with(draft: Draft) -> str:
    """Who drafted, as the signed text says it."""
    if draft.drafter == "offline":
        return "Put together from the chart by rules, not by AI."
    return f"Drafted with AI ({draft.model_id})." if draft.model_id else "Drafted with AI."


def _lines(
    every: Sequence[Standing], section: str, read: ReadingSnapshot | None
) -> tuple[str, ...]:
    """What was approved of a section, and what it does not show.

    A section of which the clinician wanted nothing has none; one that had no room is told of.
    """
    here = [s for s in every if s.statement.section == section]
    approved = tuple(s.text for s in here if s.in_note)
    left = [each for each in (read.left_out if read else ()) if each.section == section]
    return (*approved, leaving.line(left)) if left and (approved or not here) else approved


def _reading(draft: Draft) -> ReadingSnapshot | None:
    kept = draft.reading_sealed is not None
    return ReadingSnapshot.model_validate(draft.reading) if kept else None


def _reviewed(every: Sequence[Standing], clinician: Clinician) -> str:
    edited = any(s.stand is Stand.EDITED for s in every)
    added = sum(s.added and s.in_note for s in every)
    words = f"{'Reviewed and edited' if edited else 'Reviewed'} by {clinician}"
    if not added:
        return f"{words}."
    return f"{words}, who added {added} statement{'s' * (added != 1)} that rules worded."


def refuse_unless_signable(every: Sequence[Standing]) -> None:
    """Refuse while a statement is open, or where none is left; raises :class:`DecisionRefused`."""
    if any(s.is_open for s in every):
        raise DecisionRefused("undecided")
    if not any(s.in_note for s in every):
        raise DecisionRefused("nothing_left")


def sign(
    *,
    launch: Launch,
    draft_id: UUID,
    revision: int,
    text_sha256: str,
    attestation: str,
    without: str = "",
) -> SignedNote:
    """Sign the text whose fingerprint the clinician's page showed.

    ``attestation`` is the version ticked; ``without`` the :func:`.unsaid.fingerprint` of what is
    critical and missing, where it is signed all the same. Raises :class:`DecisionRefused`.
    """
    with acting(launch=launch, verb="sign", revision=revision) as act:
        draft = act.open_draft(draft_id)
        act.refuse_unless_decidable()
        every = standings(draft)
        refuse_unless_signable(every)
        choosing.refuse_unless_whole(draft, every)
        _refuse_unless_attested(attestation)
        lacking = unsaid.critical(draft)
        if without != unsaid.fingerprint(lacking):
            raise DecisionRefused("unsaid_open")
        assembled = assemble(draft, every, launch.clinician)
        if assembled.sha256 != text_sha256:
            raise DecisionRefused("text_differs")
        return _signed(act, every, assembled, lacking)


def _refuse_unless_attested(attestation: str) -> None:
    if not attestation:
        raise DecisionRefused("not_attested")
    if attestation != ATTESTATION_VERSION:
        raise DecisionRefused("attestation_changed")


def _signed(
    act: Act,
    every: Sequence[Standing],
    assembled: Assembled,
    lacking: Sequence[unsaid.Unsaid],
) -> SignedNote:
    decision = act.write(text=assembled.text, closing=Draft.State.SIGNED)
    note = SignedNote(
        draft=act.opened,
        decision=decision,
        text_sha256=assembled.sha256,
        attestation_version=ATTESTATION_VERSION,
    )
    note.text = assembled.text
    note.save(force_insert=True)
    signed = _event(act.opened, decision, every, assembled, lacking)
    record_all([signed, *choosing.decided(act.opened, every)])
    return note


def _event(
    draft: Draft,
    decision: Decision,
    every: Sequence[Standing],
    assembled: Assembled,
    lacking: Sequence[unsaid.Unsaid],
) -> DraftSigned:
    return DraftSigned(
        draft_id=str(draft.pk),
        decision_id=str(decision.pk),
        draft_revision=decision.draft_revision,
        document=draft.document,
        text_sha256=assembled.sha256,
        attestation_version=ATTESTATION_VERSION,
        attestation=DOCUMENTS[draft.document].attested,
        approved=sum(s.stand is Stand.APPROVED for s in every),
        edited=sum(s.stand is Stand.EDITED for s in every),
        left_out=sum(s.stand is Stand.LEFT_OUT for s in every),
        added=sum(s.added and s.in_note for s in every),
        confirmed=sum(s.in_note and s.confirmed for s in every),
        unsaid=len(lacking),
        unsaid_words=tuple(each.found.words for each in lacking),
        text=assembled.text,
    )
