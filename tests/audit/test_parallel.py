"""Many acts at once: no row is lost, no chain is broken, nobody gives up."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from audit import context
from audit.events.staff import SignedIn
from audit.ledger import verify
from audit.models import StreamHead
from audit.recorder import record, record_all

WORKERS, ACTS = 6, 10


def act(launch_id: str) -> None:
    """Record two rows, in a thread's own connection."""
    try:
        with context.bind(actor="x|Practitioner/1", launch_id=launch_id), transaction.atomic():
            record(SignedIn())
            record_all([SignedIn()])
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("launches", [1, WORKERS], ids=["one chain", "a chain each"])
def test_parallel_acts_keep_their_chains_whole(launches):
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = [pool.submit(act, f"launch-{n % launches}") for n in range(WORKERS * ACTS)]
        for job in jobs:
            job.result()
    report = verify()
    assert report.whole
    assert report.rows == WORKERS * ACTS * 2
    assert report.streams == launches
    assert sum(StreamHead.objects.values_list("sequence", flat=True)) == report.rows
