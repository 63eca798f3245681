"""What workers do for nights. A task's message is only a wake-up."""

from uuid import UUID

from celery import shared_task

from smartapp.models import Night
from smartapp.night import charts, claims, exports, nights, planning, waking
from smartapp.night.working import Working


@shared_task(name=waking.TASK, soft_time_limit=600, time_limit=660)
def work(night_id: str) -> int:
    """Read patients for a while; where some are left, have a worker go on."""
    key = UUID(night_id)
    live = Night.objects.filter(pk=key, state=Night.State.READING, exporting=False)
    night = live.select_related("ehr", "export").first()
    slot = waking.take_slot(key) if night is not None else None
    if night is None or slot is None:
        return 0
    try:
        working = Working(night, seconds=waking.WORK_SECONDS)
        count = working.run()
    finally:
        waking.free_slot(key, slot)
    if not working.stopped:
        if night.code:
            Night.objects.filter(pk=key).update(code="")
        if not nights.end_if_done(night) and claims.due(night).exists():
            waking.wake_one(key)
    return count


@shared_task(name=waking.EXPORT_TASK, soft_time_limit=3000, time_limit=3060)
def export(night_id: str) -> None:
    """Go on with a night's export; one that is cut off goes on from its last piece."""
    night = Night.objects.select_related("ehr", "export").filter(pk=UUID(night_id)).first()
    if night is not None:
        exports.go_on(night)


@shared_task(name="smartapp.night.sweep", soft_time_limit=300, time_limit=330)
def sweep() -> dict[str, int]:
    """Begin what is due, go on with what a dead worker dropped, end what is over, forget."""
    counts = {"begun": planning.begin_due(), "given_up": 0, "ended": 0}
    for night in Night.objects.select_related("ehr").filter(state=Night.State.READING):
        counts["given_up"] += nights.give_up_late(night)
        if nights.end_if_done(night):
            counts["ended"] += 1
        elif not night.exporting and claims.due(night).exists():
            waking.wake(night.pk)
    for key in exports.unfinished().values_list("pk", flat=True):
        waking.wake_export(key)
    counts["forgotten"] = charts.forget()
    return counts
