"""How many slots of one worker may be threads over SQLite.

SQLite has one writer at a time and no line to it. Threads of one process do not take turns: with
110 slots in each of two workers, two of three drafts broke on a locked database
(``benchmarks/README.md``, ``streams``).
"""

from celery.concurrency import get_implementation
from celery.concurrency.prefork import TaskPool as Processes

ON_SQLITE = 16


def refused(pool: str | type, slots: int | str, engine: str) -> str:
    """Why a worker may not start with this pool over this database; empty where it may.

    ``engine`` is Django's name of it. Processes may be as many as there are cores.
    """
    crowded = isinstance(slots, str) or slots > ON_SQLITE  # a word: as many as it likes
    if not engine.endswith("sqlite3") or not crowded:
        return ""
    if issubclass(get_implementation(pool), Processes):
        return ""
    return (
        f"worker_slots_sqlite: this worker would have {slots} threads writing to SQLite, which "
        f"break on a locked database. Give it --concurrency {ON_SQLITE} at most, or set "
        "DATABASE_URL to a PostgreSQL. See docs/budgets.md."
    )
