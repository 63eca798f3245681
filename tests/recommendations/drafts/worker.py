"""A real worker, and a cast for it: run in processes of their own against a database file.

``celery -A tests.recommendations.drafts.worker worker`` is the product's worker with one change:
the chart comes from memory instead of an EHR. ``python -m tests.recommendations.drafts.worker N``
asks for N drafts and prints their ids.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartapp.settings")
django.setup()

from recommendations.drafts import drafting  # noqa: E402 - needs Django set up
from recommendations.drafts.services import request_draft  # noqa: E402
from smartapp.celery import app  # noqa: E402
from tests.recommendations.agent.chart import CHART  # noqa: E402
from tests.recommendations.charts import ChartReader  # noqa: E402
from tests.recommendations.drafts import people  # noqa: E402

__all__ = ["app"]

drafting.reader_for = lambda launch: ChartReader(CHART)


def ask(number: int) -> None:
    """Ask for drafts, each of its own launch."""
    for each in range(number):
        launch = people.launch(f"p{each}")
        print(request_draft(launch=launch, document="progress_note").pk, flush=True)  # noqa: T201


if __name__ == "__main__":
    ask(int(sys.argv[1]))
