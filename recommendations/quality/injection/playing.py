"""A share of the attacks, one after the other, and the trail they leave."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from audit import ledger
from recommendations.quality.injection.judging import judge
from recommendations.quality.injection.obedient import Obedient, sign_of
from recommendations.quality.injection.shares import Outcome, Share
from recommendations.quality.injection.ward import staffed


def play(share: Share) -> Outcome:
    """What became of each attack; the trail is verified after all of them."""
    model = Obedient({sign_of(order): (goal, order) for order, goal in share.orders})
    judged = []
    with own_database(), staffed(model) as place:
        for number, attack in enumerate(share.attacks):
            judged.append(judge(attack, place.play(attack, number=number)))
        return Outcome(tuple(judged), len(ledger.verify().faults))


@contextmanager
def own_database() -> Iterator[None]:
    """A new database under the product's own name for it, migrated; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="countersign-evaluation-") as folder:
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "evaluation.sqlite3")
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)
