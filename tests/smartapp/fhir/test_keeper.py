"""What waits for the page to leave: in order, in its asker's name, and never at its cost."""

import contextvars
import logging
import threading
import time
from types import SimpleNamespace

from smartapp.fhir.read_ahead import once_kept
from smartapp.fhir.transport import keeper

ASKER = contextvars.ContextVar("asker", default="nobody")


def settled():
    keeper.afterwards(lambda: None).result(timeout=5)


def test_what_is_kept_gives_way_and_whoever_is_called_once_it_is_kept_comes_after_it(monkeypatch):
    settled()
    done, waits, gone = [], threading.Event(), threading.Event()

    def sleep(_seconds):
        waits.set()
        gone.wait(5)

    monkeypatch.setattr(keeper, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
    keeper.keep(done.append, "kept")
    keeper.keep(done.append, "kept too")
    once_kept(lambda: done.append("called"))
    assert waits.wait(5)  # the page has its turn
    assert done == []
    gone.set()
    settled()
    assert done == ["kept", "kept too", "called"]


def test_work_that_fails_is_told_without_its_words_and_stops_nobody(caplog):
    settled()
    done = []

    def broken():
        raise RuntimeError("Ruth Halloway")

    keeper.keep(broken)
    once_kept(lambda: done.append("called"))
    settled()
    assert done == ["called"]
    told = [each for each in caplog.records if each.message == "work of the keeper failed"]
    assert [(each.levelno, each.kind) for each in told] == [(logging.ERROR, "RuntimeError")]
    assert "Halloway" not in str([vars(each) for each in told])


def test_what_is_logged_late_is_logged_under_its_askers_name():
    seen = []
    token = ASKER.set("this launch")
    keeper.keep(contextvars.copy_context().run, lambda: seen.append(ASKER.get()))
    ASKER.reset(token)
    settled()
    assert seen == ["this launch"]
