"""Many threads that ask for a token at the same moment."""

import threading
from collections.abc import Callable

from django.db import connection

from tests.smartapp.launch.lax_ehr import LaxEhr


def together(count: int, act: Callable[[], str]) -> list[str]:
    """Run ``act`` in many threads at once; return what each got, in order, errors by name."""
    results: list[str] = []
    barrier = threading.Barrier(count)

    def one() -> None:
        barrier.wait()
        try:
            results.append(act())
        except Exception as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return results


def answered_last(lax: LaxEhr, count: int, act: Callable[[], str]) -> list[str]:
    """As :func:`together`; the EHR gives no token before all but one have got something."""
    lax.token_gate = threading.Event()
    got: list[str] = []

    def one() -> str:
        found = act()
        got.append(found)
        if len(got) == count - 1:
            lax.token_gate.set()
        return found

    return together(count, one)
