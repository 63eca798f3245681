"""Django behind ASGI: lasting threads, and nothing that the bridge could misread."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

from smartapp import threads


def told(request: HttpRequest) -> JsonResponse:
    """Say what arrived, and where it is answered."""
    return JsonResponse(
        {
            "thread": threading.current_thread().name,
            "scheme": request.scheme,
            "proxy": request.headers.get("X-Forwarded-Proto", ""),
            "query": request.GET.dict(),
            "body": request.body.decode(),
            "connection": id(connection.connection),
        }
    )


urlpatterns = [path("told/", told)]


@pytest.fixture
def app(settings: Any) -> threads.App:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.WEB_THREADS = 1
    return threads.django_in_threads()


def ask(app: threads.App, *, headers: dict[str, str] | None = None, **scope: Any) -> Any:
    """Send one request, its body in ``pieces``; return status and body, None where none came."""
    pieces = scope.pop("pieces", None) or [scope.get("body", b"")]
    sent: list[Any] = []
    given = {"host": "testserver", **(headers or {})}

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.sleep(30)
        piece = pieces.pop(0)
        if piece is None:
            return {"type": "http.disconnect"}
        more = bool(pieces) or len(piece) < int(given.get("content-length", 0))
        return {"type": "http.request", "body": piece, "more_body": more}

    async def send(message: Any) -> None:
        sent.append(message)

    asked = {
        "type": "http", "http_version": "1.1", "method": scope.get("method", "GET"),
        "path": "/told/", "query_string": b"", "root_path": "", "scheme": "http",
        "client": ("192.0.2.7", 4711), "server": ("testserver", 80),
        "headers": [(k.encode(), v.encode()) for k, v in given.items()],
        **{k: v for k, v in scope.items() if k not in {"method", "body"}},
    }  # fmt: skip
    asyncio.run(app(asked, receive, send))
    if not sent:
        return None
    body = b"".join(each.get("body", b"") for each in sent[1:])
    return sent[0]["status"], body


def test_one_thread_answers_one_request_after_another(app: threads.App) -> None:
    answers = [ask(app) for _ in range(3)]
    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1


def test_a_body_and_a_query_arrive(app: threads.App) -> None:
    headers = {"content-length": "5", "content-type": "text/plain"}
    status, body = ask(app, method="POST", headers=headers, body=b"words", query_string=b"a=%C3%A9")
    assert status == 200
    assert b'"body": "words"' in body
    assert b'"a": "\\u00e9"' in body


def test_a_header_with_an_underscore_is_not_taken_for_another(app: threads.App) -> None:
    """WSGI writes X-Forwarded-Proto and X_Forwarded_Proto alike: anybody could pass for a proxy."""
    _, forged = ask(app, headers={"x_forwarded_proto": "https"})
    assert b'"proxy": ""' in forged
    _, true = ask(app, headers={"x-forwarded-proto": "https"})
    assert b'"proxy": "https"' in true


def test_an_address_that_is_not_ascii_is_refused(app: threads.App) -> None:
    assert ask(app, query_string=b"code=\xff\xfe") == (400, b"")


def test_a_body_in_chunks_arrives_whole(app: threads.App) -> None:
    headers = {"transfer-encoding": "chunked", "content-type": "text/plain"}
    status, body = ask(app, method="POST", headers=headers, pieces=[b"wo", b"", b"rds"])
    assert (status, b'"body": "words"' in body) == (200, True)


def test_who_sends_half_a_body_holds_no_thread(
    app: threads.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one thread, somebody who promises five bytes and sends two would shut out all others."""
    monkeypatch.setattr(threads, "BODY_SECONDS", 0.2)

    async def both() -> tuple[Any, Any]:
        slow = asyncio.to_thread(
            ask, app, method="POST", headers={"content-length": "5"}, pieces=[b"wo"]
        )
        quick = asyncio.to_thread(ask, app)
        return await asyncio.gather(slow, quick)

    slow, quick = asyncio.run(both())
    assert slow == (408, b"")
    assert quick[0] == 200


def test_a_body_beyond_measure_is_refused_as_it_comes(app: threads.App, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert ask(app, method="POST", pieces=[b"123456", b"789012", b"never read"]) == (413, b"")


def test_who_goes_away_while_sending_is_not_answered(app: threads.App) -> None:
    assert ask(app, method="POST", headers={"content-length": "5"}, pieces=[b"wo", None]) is None
