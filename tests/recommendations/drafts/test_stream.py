"""News of a draft over ASGI, as a browser hears it."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.utils import timezone

from recommendations.drafts import stream
from recommendations.drafts.news import News
from recommendations.drafts.stream import DraftEvents, ticket
from recommendations.models import Draft, DraftProgress
from smartapp.launch.sessions import LaunchSession, cookie_name
from tests.recommendations.drafts import people

pytestmark = pytest.mark.django_db(transaction=True)


class Browser:
    """One GET of an event stream."""

    def __init__(
        self,
        path: str,
        query: str = "",
        last_event_id: str = "",
        method: str = "GET",
        cookies: tuple[str, ...] | None = None,
    ):
        headers = [(b"last-event-id", last_event_id.encode())] if last_event_id else []
        sent = (cookie_of(path.split("/")[2]),) if cookies is None else cookies
        headers += [(b"cookie", cookie.encode()) for cookie in sent]
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": headers,
        }
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.ended = False
        self.leave = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body += message["body"]
            self.ended = not message.get("more_body", False)

    @property
    def events(self) -> list[str]:
        return [line[7:] for line in self.body.decode().splitlines() if line.startswith("event: ")]


def told(
    browser: Callable[[], Browser], *, meanwhile: Callable[[], None] | None = None, until: float = 3
) -> Browser:
    """What the browser heard until the stream ended, or for ``until`` seconds."""

    async def listen() -> Browser:
        async def inner(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 299, "headers": []})

        app, asking = DraftEvents(inner), browser()
        app.news.start(asyncio.get_running_loop())
        running = asyncio.create_task(app(asking.scope, asking.receive, asking.send))
        if meanwhile is not None:
            await asyncio.sleep(0.3)
            await asyncio.get_running_loop().run_in_executor(None, _closing(meanwhile))
        done, _ = await asyncio.wait({running}, timeout=until)
        if not done:
            asking.leave.set()
        await running
        app.news.stop()
        for thread in threading.enumerate():
            if thread.name in {"draft-news", "draft-keeper"}:
                await asyncio.to_thread(thread.join, 5)
        return asking

    return asyncio.run(listen())


def _closing(act: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    return run


def cookie_of(launch_id: str) -> str:
    """What the browser of a launch sends."""
    session = LaunchSession(launch_id=launch_id)
    session.prove()
    return f"{cookie_name(launch_id)}={session._get_session_key()}"


def path_of(draft: Draft) -> str:
    return f"/l/{draft.launch_id}/drafts/{draft.pk}/events"


def query_of(draft: Draft) -> str:
    return f"ticket={ticket(launch_id=draft.launch_id, draft_id=draft.pk)}"


def news(draft: Draft, kind: str, **detail: Any) -> DraftProgress:
    return DraftProgress.objects.create(draft=draft, kind=kind, detail=detail)


def test_news_from_before_and_during_arrives_in_order_and_ends_with_the_draft() -> None:
    draft = people.draft(state="running")
    news(draft, "state", state="queued")

    def meanwhile() -> None:
        news(draft, "reading", source="labs", shown=2)
        news(draft, "statement", position=0, section="objective", outcome="checked")
        news(draft, "state", state="ready")

    heard = told(lambda: Browser(path_of(draft), query_of(draft)), meanwhile=meanwhile)
    assert heard.status == 200
    assert heard.headers[b"content-type"] == b"text/event-stream"
    assert heard.headers[b"cache-control"] == b"no-store"
    assert heard.events == ["state", "reading", "statement", "state"]
    assert heard.ended
    assert b'data: {"shown":2,"source":"labs"}' in heard.body


def test_a_browser_that_comes_again_hears_only_what_it_missed() -> None:
    draft = people.draft(state="ready")
    first = news(draft, "state", state="queued")
    news(draft, "state", state="ready")
    heard = told(lambda: Browser(path_of(draft), query_of(draft), last_event_id=str(first.pk)))
    assert heard.events == ["state"]
    assert b"ready" in heard.body


def test_nobody_hears_of_another_draft() -> None:
    draft = people.draft(state="running")
    other = people.draft(of=people.launch("p2"), state="running")
    news(other, "state", state="ready")
    heard = told(lambda: Browser(path_of(draft), query_of(draft)), until=0.7)
    assert heard.events == []


def test_a_browser_that_leaves_is_let_go() -> None:
    draft = people.draft(state="running")
    heard = told(lambda: Browser(path_of(draft), query_of(draft)), until=0.3)
    assert not heard.ended


@pytest.mark.parametrize(
    "query",
    [
        "",
        "ticket=",
        "ticket=made-up",
        "ticket=" + signing.dumps(["launch", "draft"]),
    ],
    ids=["none", "empty", "made up", "signed elsewhere"],
)
def test_without_a_ticket_of_ours_nothing_is_told(query: str) -> None:
    draft = people.draft(state="ready")
    news(draft, "state", state="ready")
    heard = told(lambda: Browser(path_of(draft), query))
    assert (heard.status, heard.body) == (403, b"")


def test_a_ticket_for_another_draft_or_launch_does_not_admit() -> None:
    draft = people.draft(state="ready")
    other = people.draft(of=people.launch("p2"), state="ready")
    foreign = [
        query_of(other),
        f"ticket={ticket(launch_id=other.launch_id, draft_id=draft.pk)}",
        f"ticket={ticket(launch_id=draft.launch_id, draft_id=other.pk)}",
    ]
    for query in foreign:
        assert told(lambda query=query: Browser(path_of(draft), query)).status == 403


def test_a_ticket_without_the_cookie_of_its_launch_does_not_admit() -> None:
    draft = people.draft(state="ready")
    news(draft, "state", state="ready")
    other = people.launch("p2")
    name, foreign = cookie_name(draft.launch_id), cookie_of(other.pk).split("=", 1)[1]
    refused = [(), (f"{name}=made-up",), (cookie_of(other.pk),), (f"{name}={foreign}",)]
    for cookies in refused:
        asking = Browser(path_of(draft), query_of(draft), cookies=cookies)
        heard = told(lambda asking=asking: asking)
        assert (heard.status, heard.body) == (403, b"")


def test_the_cookie_is_found_among_others_and_in_a_header_of_its_own() -> None:
    draft = people.draft(state="ready")
    news(draft, "state", state="ready")
    cookies = ("seen=1; theme=dark", cookie_of(draft.launch_id))
    heard = told(lambda: Browser(path_of(draft), query_of(draft), cookies=cookies))
    assert (heard.status, heard.events) == (200, ["state"])


def test_a_ticket_that_grew_old_does_not_admit(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = people.draft(state="ready")
    monkeypatch.setattr(stream, "TICKET_SECONDS", -1)
    assert told(lambda: Browser(path_of(draft), query_of(draft))).status == 403


def test_only_get_is_answered() -> None:
    draft = people.draft(state="ready")
    heard = told(lambda: Browser(path_of(draft), query_of(draft), method="POST"))
    assert heard.status == 405


def test_everything_else_goes_to_django() -> None:
    assert told(lambda: Browser("/l/abc/")).status == 299


def test_a_ticket_says_nothing_of_the_patient() -> None:
    draft = people.draft()
    assert signing.loads(
        ticket(launch_id=draft.launch_id, draft_id=draft.pk), salt=stream._SALT
    ) == [
        draft.launch_id,
        str(draft.pk),
    ]


def test_who_waits_for_a_turn_hears_how_many_are_before(settings: Any) -> None:
    settings.MODEL_API_KEY, settings.MODEL_PLACES = "a key", 1
    until = timezone.now() + timedelta(seconds=30)
    ahead = people.draft(state="running", with_model=True, lease_until=until)
    others = [people.draft(of=people.launch(f"p{n}", f"Practitioner/{n}")) for n in (2, 3)]
    mine = people.draft(of=people.launch("p4", "Practitioner/4"))
    first = news(mine, "state", state="queued")

    def meanwhile() -> None:
        Draft.objects.filter(pk__in=[ahead.pk, others[0].pk]).update(state="ready")
        Draft.objects.filter(pk=others[1].pk).update(
            state="running", with_model=True, lease_until=until
        )
        time.sleep(1.2)
        Draft.objects.filter(pk=mine.pk).update(state="running")
        news(mine, "state", state="ready")

    heard = told(
        lambda: Browser(path_of(mine), query_of(mine), last_event_id=str(first.pk)),
        meanwhile=meanwhile,
        until=5,
    )
    assert heard.events == ["position", "position", "state"]
    told_words = [line for line in heard.body.decode().splitlines() if '"words"' in line]
    assert told_words == [
        'data: {"before":2,"words":"2 drafts before yours"}',
        'data: {"before":0,"words":"Yours is next"}',
    ]
    # What is only so at this moment has no id that a browser would ask from.
    assert heard.body.count(b"id: ") == 1


def test_a_browser_that_listens_late_hears_what_was_before_and_once() -> None:
    draft = people.draft(state="running")
    other = people.draft(of=people.launch("p2"), state="running")

    def meanwhile() -> None:
        for position in range(3):
            news(other, "statement", position=position)
            news(draft, "statement", position=position)
            time.sleep(0.1)
        news(draft, "state", state="ready")

    news(draft, "state", state="running")
    heard = told(lambda: Browser(path_of(draft), query_of(draft)), meanwhile=meanwhile)
    assert heard.events == ["state", *["statement"] * 3, "state"]


def test_news_that_were_committed_after_later_ones_are_told_and_once() -> None:
    draft = people.draft(state="running")
    other = people.draft(of=people.launch("p2"), state="running")
    first = news(draft, "state", state="running")

    def meanwhile() -> None:
        # As on PostgreSQL: the ids between were given first, and are committed later.
        DraftProgress.objects.create(
            pk=first.pk + 3, draft=other, kind="statement", detail={"position": 0}
        )
        time.sleep(0.3)
        for late in (1, 2):
            DraftProgress.objects.create(
                pk=first.pk + late, draft=draft, kind="statement", detail={"position": late}
            )
            time.sleep(0.2)
        DraftProgress.objects.create(
            pk=first.pk + 4, draft=draft, kind="state", detail={"state": "ready"}
        )

    heard = told(
        lambda: Browser(path_of(draft), query_of(draft), last_event_id=str(first.pk)),
        meanwhile=meanwhile,
    )
    assert heard.events == ["statement", "statement", "state"]
    assert heard.ended


def test_looking_for_news_is_one_question_each_time(
    django_assert_max_num_queries: Any,
) -> None:
    draft = people.draft(state="running")
    looking = News()
    looking._loop = asyncio.new_event_loop()
    with looking.listening(str(draft.pk), 0):
        looking._tell(looking._current())  # the first time asks where the news end
        for number in range(40):
            news(draft, "statement", position=number)
        looking._line_at = time.monotonic()
        with django_assert_max_num_queries(1):
            looking._tell(looking._current())
    looking._loop.close()
