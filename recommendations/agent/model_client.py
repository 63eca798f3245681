"""The one door to the model: with :mod:`.clients` alone it imports ``anthropic``.

What the SDK does that this hides: it retries by itself and obeys any Retry-After (we do not let
it); it has no deadline, and pings keep a silent stream alive for ever (a watchdog ends it); it
raises at least eight unrelated exception types once a stream is open, several of which quote the
answer, and all of which hold the request and the key (each becomes one of our own, unchained).
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Self

import anthropic
from anthropic.lib.streaming import MessageStream
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from recommendations.agent import errors, providers
from recommendations.agent.clients import CONNECT_SECONDS, SILENCE_SECONDS, Client, built

logger = logging.getLogger(__name__)

_WATCH_SECONDS = 0.25
_WAIT_SECONDS = 0.004  # idle for less is no wait: the event was there, or the machine was busy

# The settings that another client would be made of.
_MAKE = (
    "MODEL_PROVIDER",
    "MODEL_BASE_URL",
    "MODEL_REGION",
    "MODEL_PROJECT",
    "MODEL_API_KEY",
    "MODEL_TRANSPORT_FACTORY",
)

# Events of the API, and of Bedrock, which has frames of its own around them.
_STREAMS = ("text/event-stream", "application/vnd.amazon.eventstream")

_lock = threading.Lock()
_clients: dict[tuple[Any, ...], Client] = {}


def client() -> Client:
    """The process's client. A client used before a fork would share its sockets with the child."""
    key = (os.getpid(), *(getattr(settings, name) for name in _MAKE))
    with _lock:
        if key not in _clients:
            _clients.clear()
            _clients[key] = built()
        return _clients[key]


def forget() -> None:
    """Close the process's client; the next request makes a new one."""
    with _lock:
        for each in _clients.values():
            each.close()
        _clients.clear()


class Answering:
    """One request and its answer: a context manager, to be iterated for the API's events.

    ``deadline`` is an instant on the monotonic clock. Raises :class:`errors.ModelError` only.
    ``waited`` is the model's seconds: from asking to the last event that had to be waited for.
    What we did before that event we did while the model was still writing, and it kept nobody;
    what came after it, the SDK's own work too, is ours. One event of the API becomes several of
    the SDK's, so that having worked between two of them says nothing.
    """

    def __init__(
        self, request: dict[str, Any], *, deadline: float, should_stop: Callable[[], bool]
    ) -> None:
        self.waited = 0.0
        self.request_id = ""
        self._asked_at = 0.0
        self._request = request
        self._deadline = deadline
        self._should_stop = should_stop
        self._interrupted = threading.Event()
        self._done = threading.Event()
        self._stream: MessageStream[Any]

    def __enter__(self) -> Self:
        self._asked_at = time.monotonic()
        try:
            self._stream = _open(self._request, self._deadline)
        finally:
            self.waited = time.monotonic() - self._asked_at
        headers = self._stream.response.headers
        self.request_id = headers.get("request-id") or headers.get("x-amzn-requestid") or ""
        threading.Thread(target=self._watch, name="model-watchdog", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._close()

    def __iter__(self) -> Iterator[Any]:
        events = iter(self._stream)
        while (event := self._next(events)) is not None:
            yield event
        if self._interrupted.is_set():
            raise self._translated(None)

    def blocks(self) -> list[dict[str, Any]]:
        """The answer's blocks as they must be given back to the model, signatures and all."""
        message = self._stream.current_message_snapshot.to_param()
        return [dict(block) for block in message["content"] if not isinstance(block, str)]

    def _next(self, events: Iterator[Any]) -> Any:
        started, worked = time.monotonic(), time.thread_time()
        fault: errors.ModelError
        try:
            return next(events, None)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # see the module's docstring
            fault = self._translated(error)
        finally:
            self._count(started, worked)
        raise fault  # outside the handler, so that nothing is chained

    def _count(self, started: float, worked: float) -> None:
        now = time.monotonic()
        idle = now - started - (time.thread_time() - worked)
        if idle >= _WAIT_SECONDS:
            self.waited = now - self._asked_at

    def _translated(self, error: Exception | None) -> errors.ModelError:
        # Whoever notices first that time is up: the watchdog, or a read that waited as long.
        if time.monotonic() >= self._deadline:
            return errors.DeadlinePassed()
        if self._interrupted.is_set():
            return errors.Stopped()
        return translated(error) if error else errors.StreamBroken()

    def _watch(self) -> None:
        """Close the connection under the reader when time is up, or when told to stop."""
        while not self._done.wait(_WATCH_SECONDS):
            if time.monotonic() >= self._deadline or self._should_stop():
                self._interrupted.set()
                self._close()
                return

    def _close(self) -> None:
        with suppress(Exception):
            self._stream.close()


def _open(request: dict[str, Any], deadline: float) -> MessageStream[Any]:
    left = deadline - time.monotonic()
    if left <= 0:
        raise errors.DeadlinePassed
    silence = min(SILENCE_SECONDS, left)
    timeout = anthropic.Timeout(silence, connect=min(CONNECT_SECONDS, left))
    # A release names models of its own, and was perhaps agreed to under other settings.
    if providers.problems() or providers.leaves_its_place(request["model"]):
        raise errors.SettingsInvalid
    fault: BaseException
    try:
        manager = client().messages.stream(**request, timeout=timeout)
        stream = manager.__enter__()
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # see the module's docstring
        # The SDK wraps all that the network does here; the rest is a request we built wrongly.
        ours = not isinstance(error, anthropic.AnthropicError)
        fault = _told_to_stop(error) or (_before_sending(error) if ours else translated(error))
    else:
        if stream.response.headers.get("content-type", "").startswith(_STREAMS):
            return stream
        # A hospital's web portal answers 200 with a page of its own.
        stream.close()
        fault = errors.ModelUnavailable()
    raise fault


def _before_sending(error: Exception) -> errors.ModelError:
    """What a cloud's own library says of its credentials; else a request we built wrongly."""
    library = type(error).__module__.partition(".")[0]
    if library == "google" and type(error).__name__ == "TransportError":
        return errors.ModelUnavailable()
    unresolved = isinstance(error, RuntimeError) and "Could not resolve" in str(error)
    if library in {"google", "botocore", "boto3"} or unresolved:
        return errors.CredentialsRejected()
    return errors.RequestRejected()


def _told_to_stop(error: Exception) -> SoftTimeLimitExceeded | None:
    # While a request is being opened the SDK takes Celery's signal for a lost connection.
    cause = error.__cause__
    return SoftTimeLimitExceeded(*cause.args) if isinstance(cause, SoftTimeLimitExceeded) else None


_BY_TYPE: dict[str, type[errors.ModelError]] = {
    "overloaded_error": errors.ModelOverloaded,
    "rate_limit_error": errors.ModelThrottled,
    "api_error": errors.ModelUnavailable,
    "timeout_error": errors.ModelUnavailable,
    "authentication_error": errors.CredentialsRejected,
    "permission_error": errors.CredentialsRejected,
    "billing_error": errors.AccountProblem,
    # Frames of Bedrock's stream that are no events.
    "throttlingException": errors.ModelThrottled,
    "serviceUnavailableException": errors.ModelOverloaded,
    "internalServerException": errors.ModelUnavailable,
    "modelTimeoutException": errors.ModelUnavailable,
}
_BY_STATUS: dict[int, type[errors.ModelError]] = {
    401: errors.CredentialsRejected,
    402: errors.AccountProblem,
    403: errors.CredentialsRejected,
    408: errors.ModelUnavailable,
    409: errors.ModelUnavailable,
    413: errors.ContextTooLong,
    429: errors.ModelThrottled,
    529: errors.ModelOverloaded,
}


def translated(error: Exception) -> errors.ModelError:
    """Return our own error for anything the SDK lets out; nothing of the original is kept."""
    if isinstance(error, errors.ModelError):
        return error
    if isinstance(error, anthropic.APIStatusError):
        return _of_status(error)
    if isinstance(error, anthropic.APIConnectionError):
        return errors.ModelUnavailable()
    # Transport errors, JSON errors, assertions: whatever it is, the answer is not whole.
    return errors.StreamBroken()


def _of_status(error: anthropic.APIStatusError) -> errors.ModelError:
    # An overload in the middle of an answer comes with the answer's own status, 200.
    kind = _BY_TYPE.get(str(error.type or "")) or _BY_STATUS.get(error.status_code)
    if kind is None:
        kind = errors.ModelUnavailable if error.status_code >= 500 else _of_request(error)
    return kind(request_id=error.request_id or "", retry_after=_retry_after(error))


def _of_request(error: anthropic.APIStatusError) -> type[errors.ModelError]:
    if error.status_code < 300:
        return errors.StreamBroken
    # The API has no type of its own for this; its sentence is all there is to go by.
    said = str(error.message).lower()
    long = any(words in said for words in ("prompt is too long", "input is too long"))
    return errors.ContextTooLong if long else errors.RequestRejected


def _retry_after(error: anthropic.APIStatusError) -> float | None:
    headers = error.response.headers
    with suppress(KeyError, ValueError):
        return float(headers["retry-after-ms"]) / 1000
    with suppress(KeyError, ValueError):
        return float(headers["retry-after"])
    return None
