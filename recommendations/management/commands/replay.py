"""``manage.py replay DRAFT``: make an old draft again from what is kept, and hold both together."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.replays import Replay, replay
from recommendations.replays.answering import Compared
from recommendations.replays.errors import ReplayRefused
from recommendations.replays.recording import recorded_look
from smartapp.models import StaffUser


class Command(BaseCommand):
    """Asks no model and changes nothing; the look is put on record before a line is printed."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the draft, and who wants to see words of it."""
        parser.add_argument("draft", type=UUID, help="its id, as the trail shows it")
        parser.add_argument("--json", action="store_true", help="one line of JSON, for a program")
        parser.add_argument(
            "--words-for",
            metavar="REVIEWER",
            default="",
            help="print statements that are judged otherwise, in the name of this reviewer: PHI",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, record, tell; ends with status 1 where anything came out otherwise."""
        reviewer = _reviewer(options["words_for"])
        try:
            found = replay(options["draft"])
        except ReplayRefused as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused
        who = {"actor": f"staff|{reviewer.pk}", "actor_name": str(reviewer)} if reviewer else {}
        recorded_look(found, words=reviewer is not None, **who)
        if options["json"]:
            self.stdout.write(json.dumps(as_dict(found)))
        else:
            self.stdout.write("\n".join(lines(found, words=reviewer is not None)))
        if not found.exact:
            raise CommandError("replay_differs: not everything came out as it was.")


def _reviewer(name: str) -> StaffUser | None:
    if not name:
        return None
    found = StaffUser.objects.filter(username=name, is_active=True).first()
    if found is None or found.role != StaffUser.Role.COMPLIANCE:
        raise CommandError("not_a_reviewer: words are printed for a compliance reviewer only.")
    return found


def as_dict(found: Replay) -> dict[str, Any]:
    """The figures, for a program; no words of the draft."""
    return {
        "draft": str(found.record.draft.pk),
        "document": found.record.draft.document,
        "release": found.release.version if found.release else "",
        "release_sha256": found.release.sha256 if found.release else "",
        "release_code": found.release_code,
        "exact": found.exact,
        "missing": found.missing,
        "beyond": found.beyond,
        "requests": [_request(each) for each in found.requests],
        "frame": [
            {"what": each.name, "then": each.then, "now": each.now, "same": each.same}
            for each in found.frame
        ],
        "as_recorded": found.as_recorded,
        "tools": [{"tool": each.tool, "same": each.same} for each in found.reads],
        "verifier": [found.verifier_then, found.verifier_now],
        "statements": [
            {
                "position": each.position,
                "drafted_same": each.drafted_same,
                "same": each.same,
                "then": each.outcome_then,
                "now": each.outcome_now,
            }
            for each in found.statements
        ],
    }


def _request(each: Compared) -> dict[str, Any]:
    return {
        "turn": each.turn,
        "tries": each.tries,
        "sha256": each.sha256,
        "rebuilt_sha256": each.rebuilt_sha256,
        "kept": each.kept,
        "same": each.same,
        "by_code": each.by_code,
        "where": each.where,
    }


def lines(found: Replay, *, words: bool) -> Iterator[str]:
    """The same for people; ``words`` adds what statements said and say."""
    told = as_dict(found)
    yield f"Draft {told['draft']}, {told['document']}, {told['release'] or 'drafted by rules'}"
    if found.release_code:
        yield f"  Requests cannot be rebuilt: {found.release_code}."
    for request in found.requests:
        how = "the same, byte for byte" if request.same else f"differs at {request.where}"
        tries = f", sent {request.tries} times" if request.tries > 1 else ""
        yield f"  Request {request.turn}{tries}: {how}"
        whole = "kept whole" if request.kept else "KEPT OTHERWISE THAN ITS HASH SAYS"
        yield f"    {request.sha256} sent, {whole}\n    {request.rebuilt_sha256} rebuilt"
        if request.same and not request.by_code:
            yield f"    Tools or settings of today differ from those sent, at {request.where}."
    yield from _frame(found)
    if found.missing or found.beyond:
        yield f"  Turns not come to: {found.missing}; turns more than then: {found.beyond}."
    same = sum(each.same for each in found.reads)
    if found.reads:
        yield f"  Tools' answers, made from the sealed reading: {same} of {len(found.reads)} same"
    yield from _statements(found, words=words)


def _frame(found: Replay) -> Iterator[str]:
    for part in found.frame:
        now = "the same today" if part.same else f"today {part.now}"
        yield f"  {part.name}: {part.then}, {now}"
    if found.as_recorded:
        yield f"  Answers of tools taken as recorded, for their form: {found.as_recorded}"


def _statements(found: Replay, *, words: bool) -> Iterator[str]:
    drafted = sum(each.drafted_same for each in found.statements)
    number = len(found.statements)
    yield f"  Statements, read out of the recorded answers: {drafted} of {number} same"
    verifiers = f"{found.verifier_then} then, {found.verifier_now} now"
    yield f"  Verified again ({verifiers}): {number - len(found.differing)} of {number} same"
    for each in found.differing:
        now = each.outcome_now or "not readable today"
        yield f"    Statement {each.position + 1}: {each.outcome_then} then, {now} now"
        if words:
            yield f"      then: {each.text_then}\n      now:  {each.text_now}"
            rules = ", ".join(each.rules_then) or "none", ", ".join(each.rules_now) or "none"
            yield f"      rules then: {rules[0]}; now: {rules[1]}"
