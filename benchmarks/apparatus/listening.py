"""Two hundred clinicians' browsers in one process: each asks for a draft and follows it."""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from smartapp.demo.browser import Browser, Page, PlayError, form_values

# Seconds between two fetches at least, and at most, as in the panel's script.
PAUSE, LONGEST = 0.3, 2.0
_MOST_SECONDS = 600


@dataclass
class Followed:
    """What one browser saw of one draft; instants are Unix seconds."""

    draft_id: str = ""
    asked: float = 0.0
    shown: float = 0.0  # the first statement, fetched
    ended: float = 0.0
    state: str = ""
    heard: list[float] = field(default_factory=list)  # statements, as the stream told of them
    fetches: int = 0
    broken: int = 0  # fetches that the server's closing of an idle connection ended


def launched(url: str, document: str) -> tuple[Browser, Page]:
    """Open a launch, and the page on which ``document`` is asked for."""
    browser = Browser()
    panel = browser.get(url)
    page = browser.get(f"{panel.url.split('?')[0]}?document={document}&whole=1")
    page.one("form[data-act=request-draft]")
    return browser, page


async def follow_all(opened: list[tuple[Browser, Page]]) -> list[Followed]:
    """Ask on every page at once, and follow each draft to its end."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx2.AsyncClient(timeout=_MOST_SECONDS, limits=limits) as client:
        each = (_follow(client, browser, page) for browser, page in opened)
        return await asyncio.gather(*each)


async def _follow(client: httpx2.AsyncClient, browser: Browser, page: Page) -> Followed:
    seen = Followed(asked=time.time())
    jar = browser.cookies[urlsplit(page.url).netloc]
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    shown = await _asked(client, page, cookie)
    seen.draft_id = urlsplit(str(shown["data-url"])).path.rstrip("/").split("/")[-1]
    url, news = urljoin(page.url, str(shown["data-url"])), str(shown["data-news"])
    fetching = _Fetching(client, url, cookie, seen, news)
    await _listen(client, urljoin(page.url, str(shown["data-events"])), cookie, seen, fetching)
    seen.ended = time.time()
    await fetching.last()
    return seen


async def _asked(
    client: httpx2.AsyncClient, page: Page, cookie: dict[str, str]
) -> dict[str, str | None]:
    """Press the form's button, as htmx sends it; return the draft's attributes."""
    form = page.one("form[data-act=request-draft]")
    site = urlsplit(page.url)
    headers = {**cookie, "HX-Request": "true", "Origin": f"{site.scheme}://{site.netloc}"}
    address = urljoin(page.url, str(form.attributes["hx-post"]))
    answer = await client.post(address, data=form_values(form), headers=headers)
    draft = HTMLParser(answer.text).css_first("#draft[data-url]")
    if draft is None:
        raise PlayError(f"Asking for a draft was answered with {answer.status_code}.")
    return dict(draft.attributes)


async def _listen(
    client: httpx2.AsyncClient,
    url: str,
    cookie: dict[str, str],
    seen: Followed,
    fetching: "_Fetching",
) -> None:
    async with client.stream("GET", url, headers=cookie) as stream:
        kind = ""
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                if kind != "model":  # which changes nothing to be seen
                    fetching.soon()
                if kind == "statement":
                    seen.heard.append(time.time())
                seen.state = json.loads(line[6:]).get("state", seen.state)
                if seen.state in {"ready", "failed"}:
                    return


class _Fetching:
    """Fetches what is new as the panel's script does: one at a time, with a pause between two."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        url: str,
        cookie: dict[str, str],
        seen: Followed,
        news: str,
    ) -> None:
        self._client, self._url, self._seen = client, url, seen
        self._headers = {**cookie, "HX-Request": "true"}
        self._news, self._asked, self._took = news, 0.0, 0.0
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._over = asyncio.Event()

    def soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._fetch())
        else:
            self._again = True

    async def last(self) -> None:
        """Wait for the fetch under way, then fetch the end at once."""
        self._over.set()
        if self._task is not None:
            await self._task
        await self._get()

    async def _fetch(self) -> None:
        while True:
            self._again = False
            pause = min(LONGEST, max(PAUSE, 4 * self._took))
            wait = max(0.0, pause - (time.monotonic() - self._asked))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), wait)
            await self._get()
            if not self._again:
                return

    async def _get(self) -> None:
        self._asked = time.monotonic()
        try:
            answer = await self._client.get(
                self._url, params={"seen": self._news, "more": ""}, headers=self._headers
            )
        except httpx2.TransportError:
            # The server closed a connection that lay idle. As in the panel's script, the next
            # question finds out.
            self._seen.broken += 1
            self._again = True
            return
        self._took = time.monotonic() - self._asked
        self._seen.fetches += 1
        if answer.status_code != 200:
            return
        self._take(HTMLParser(answer.text))

    def _take(self, page: Any) -> None:
        draft = page.css_first("#draft")
        self._news = str(draft.attributes.get("data-news")) if draft else self._news
        if not self._seen.shown and page.css_first(".sts > .st[id^=statement-]"):
            self._seen.shown = time.time()
