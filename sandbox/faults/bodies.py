"""Bodies that are not what they say, or too much of it."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import cache

from sandbox.faults.calls import READING, Call
from sandbox.faults.registry import Ask, fault
from sandbox.fhir.xml import html_page, to_xml
from sandbox.wire import Answer

_KINDS = (*READING, "metadata", "discovery", "token", "jwks", "status", "file")
_MEGABYTE = 1 << 20
_BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "comma": lambda body: body.replace(b'":', b'",:', 1),
    "nan": lambda body: body[:-1] + b',"value":NaN}',
    "utf8": lambda body: body[:-1] + b',"text":"\xff\xfe"}',
    "twice": lambda body: body + body,
    "null": lambda _body: b"null",
    "list": lambda body: b"[" + body + b"]",
    "empty": lambda _body: b"",
    "quotes": lambda body: body.replace(b'"', b"'"),
}


@fault("truncated-json", kinds=_KINDS)
async def truncated_json(_call: Call, ask: Ask, *, keep: float = 0.6) -> Answer:
    """The JSON ends in its middle, after the share ``keep``, and the length agrees with it."""
    answer = await ask()
    return replace(answer, body=answer.body[: int(len(answer.body) * keep)])


@fault("malformed-json", kinds=_KINDS)
async def malformed_json(_call: Call, ask: Ask, *, how: str = "comma") -> Answer:
    """The body is no JSON object any more. ``how``: comma, nan, utf8, twice, null, list, empty
    or quotes.
    """
    answer = await ask()
    return replace(answer, body=_BROKEN.get(how, _BROKEN["comma"])(answer.body))


@fault("xml", kinds=(*READING, "metadata"))
async def xml(_call: Call, ask: Ask) -> Answer:
    """FHIR XML comes although JSON was asked for."""
    answer = await ask()
    document = answer.document()
    if document is None or "resourceType" not in document:
        return answer
    content = replace(answer, body=to_xml(document))
    return content.headed(content_type="application/fhir+xml;charset=utf-8")


@fault("wrong-content-type", kinds=_KINDS)
async def wrong_content_type(_call: Call, ask: Ask, *, type: str = "text/plain") -> Answer:  # noqa: A002
    """The right body under another content type."""
    return (await ask()).headed(content_type=type)


@fault("html-page", kinds=_KINDS)
async def html(_call: Call, _ask: Ask) -> Answer:
    """200 with an HTML page, as a portal's sign-in page that stands in the way."""
    return Answer(200, {"content-type": "text/html"}, html_page("Sign in to the network"))


@fault("oversize", kinds=_KINDS)
async def oversize(
    _call: Call, ask: Ask, *, megabytes: float = 200, declared: bool = False
) -> Answer:
    """The right JSON, followed by megabytes of spaces; ``declared`` says so in Content-Length."""
    answer = await ask()
    whole = int(megabytes * _MEGABYTE)

    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        yield body
        spaces = b" " * min(whole, _MEGABYTE)
        for start in range(0, whole, _MEGABYTE):
            yield spaces[: whole - start]
            await asyncio.sleep(0)

    length = len(answer.body) + whole if declared else -1
    return replace(answer, pieces=pieces, declared=length)


@fault("deep", kinds=_KINDS)
async def deep(_call: Call, ask: Ask, *, levels: int = 100000) -> Answer:
    """The right JSON with one more member, nested so many levels deep."""
    answer = await ask()
    if not answer.body.endswith(b"}"):
        return answer
    nested = b"[" * levels + b"]" * levels
    return replace(answer, body=answer.body[:-1] + b',"contained":' + nested + b"}")


@fault("gzip-bomb", kinds=_KINDS)
async def gzip_bomb(_call: Call, ask: Ask, *, megabytes: int = 200) -> Answer:
    """A small gzipped body that unpacks to megabytes of spaces, accepted encoding or not."""
    answer = await ask()
    packed = await asyncio.to_thread(_bomb, megabytes)
    return replace(answer, body=packed).headed(content_encoding="gzip")


@cache
def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    parts = [packer.compress(b'{"resourceType":"Bundle"')]
    spaces = b" " * _MEGABYTE
    parts += [packer.compress(spaces) for _ in range(megabytes)]
    return b"".join([*parts, packer.compress(b"}"), packer.flush()])
