"""The Celery application: ``celery -A smartapp worker``.

Each worker keeps watch over dropped drafts from a thread of its main process, so that the watch
waits for no free slot, and looks around at once when it starts: ``recommendations.drafts.keeper``.
The same process seals the trail (``audit.tree.keeping``): of many, one at a time.
"""

import gc
import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.concurrency.prefork import TaskPool as Processes
from celery.signals import (
    setup_logging,
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutting_down,
)
from django.conf import settings
from django.utils.module_loading import import_string

from smartapp import broker, slots

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartapp.settings")

broker.register()
app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "recommendations",
        "smartapp.launch",
        "smartapp.events",
        "smartapp.night",
        "smartapp.schedules",
    ]
)

_LAUNCH_SWEEP_SECONDS = 60

# Where `--beat` is given. For drafts it is a second way, for a fleet with a beat of its own.
app.conf.beat_schedule = {
    "sweep": {
        "task": "recommendations.sweep",
        "schedule": settings.DRAFT_SWEEP_SECONDS,
        "options": {"expires": settings.DRAFT_SWEEP_SECONDS},
    },
    "sweep-launches": {
        "task": "smartapp.launch.sweep",
        "schedule": _LAUNCH_SWEEP_SECONDS,
        "options": {"expires": _LAUNCH_SWEEP_SECONDS},
    },
}
app.conf.beat_schedule["sweep-events"] = {
    "task": "smartapp.events.sweep",
    "schedule": settings.EVENTS_SWEEP_SECONDS,
    "options": {"expires": settings.EVENTS_SWEEP_SECONDS},
}
app.conf.beat_schedule["sweep-nights"] = {
    "task": "smartapp.night.sweep",
    "schedule": settings.NIGHT_SWEEP_SECONDS,
    "options": {"expires": settings.NIGHT_SWEEP_SECONDS},
}
app.conf.beat_schedule["sweep-schedules"] = {
    "task": "smartapp.schedules.sweep",
    "schedule": settings.SCHEDULES_SWEEP_SECONDS,
    "options": {"expires": settings.SCHEDULES_SWEEP_SECONDS},
}
app.conf.beat_schedule_filename = str(Path(settings.DATA_DIR) / "celerybeat-schedule")


@setup_logging.connect
def _keep_our_logs(**_: Any) -> None:
    """Django has set up logging; Celery's own formats would print arguments."""


@worker_init.connect
def _hold_slots(sender: Any, **_: Any) -> None:
    """Not to start is better than drafts that break."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if words := slots.refused(sender.pool_cls, sender.concurrency, engine):
        raise SystemExit(words)


@worker_process_init.connect
def _warm_up(**_: Any) -> None:
    import_string("recommendations.agent.warm_up")()
    import_string("smartapp.ehrs.secrets.watch.start")()
    # What is there by now is there for good: not looked through for garbage in every large chart.
    gc.freeze()


@worker_ready.connect
def _start_watching(sender: Any, **_: Any) -> None:
    if not isinstance(sender.pool, Processes):
        _warm_up()  # its slots are threads of this very process
    # By name: rooms above this one are never imported here.
    import_string("recommendations.drafts.keeper.start")(worker=True)
    import_string("audit.tree.keeping.start")()


@worker_shutting_down.connect
def _stop_watching(**_: Any) -> None:
    import_string("recommendations.drafts.keeper.stop")()
    import_string("audit.tree.keeping.stop")()
