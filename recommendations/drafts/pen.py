"""All that a worker writes to a draft goes through one pen, and only under its lease."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Model, Q

from audit.events import Event
from audit.recorder import record_all
from recommendations.budgets.spending import Spent, charge
from recommendations.drafts import endings
from recommendations.drafts.lease import Lease, hold
from recommendations.models import Draft, DraftProgress, Omission, Statement, Supersession


class Pen:
    """Writes a draft's rows, its browser news and its trail in one transaction each time."""

    def __init__(self, draft: Draft, lease: Lease) -> None:
        self.draft = draft
        self.lease = lease

    def write(
        self,
        *,
        statements: Sequence[Statement] = (),
        supersessions: Sequence[Supersession] = (),
        progress: Sequence[DraftProgress] = (),
        events: Sequence[Event] = (),
        spent: Sequence[Spent] = (),
        omissions: Sequence[Omission] = (),
        rows: Sequence[Model] = (),
        **changes: object,
    ) -> None:
        """Write it all or none of it; raise :class:`LeaseLost` when the draft is another's."""
        with transaction.atomic():
            hold(self.lease, **changes)
            Statement.objects.bulk_create(statements)
            Supersession.objects.bulk_create(supersessions)
            Omission.objects.bulk_create(omissions)
            DraftProgress.objects.bulk_create(progress)
            for row in rows:
                row.save()
            record_all(events)
            for each in spent:
                charge(self.draft, each)

    def settle(self, spent: Sequence[Spent]) -> None:
        """Count what was spent, whoever the draft belongs to by now: it was."""
        with transaction.atomic():
            for each in spent:
                charge(self.draft, each)

    def withdraw(self, code: str) -> None:
        """Put away the statements written so far."""
        with transaction.atomic():
            hold(self.lease)
            endings.withdraw(self.draft, code=code)

    def fail(self, code: str) -> bool:
        """End the draft as failed, unless it is not ours to end any more."""
        ours = Q(fencing=self.lease.fencing, state=Draft.State.RUNNING)
        with transaction.atomic():
            return endings.fail(self.draft, code, where=ours)
