"""As much of a browser as the demonstration's check needs: cookies, redirects, forms.

A library's cookie jar will not do: browsers send ``Secure`` cookies to ``http://localhost``
(as they must for a demonstration without certificates), Python's jars do not.
"""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import httpx2
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

_MAX_REDIRECTS = 10


class PlayError(Exception):
    """The product did not answer as a clinician's browser expects."""


@dataclass
class Page:
    """What came back: the address it came from, its status and its HTML."""

    url: str
    status: int
    html: HTMLParser
    text: str

    def one(self, selector: str) -> Node:
        """Return the one element a selector finds; raise :class:`PlayError`."""
        found = self.html.css_first(selector)
        if found is None:
            raise PlayError(f"{urlsplit(self.url).path} has no {selector}")
        return found


@dataclass
class Browser:
    """One browser with its cookies, kept by host and port."""

    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=60))

    def get(self, url: str) -> Page:
        """Open an address, following redirects, and the form that sends itself on to the EHR."""
        page = self._follow("GET", url, None, "")
        onward = page.html.css_first("form#continue")
        return page if onward is None else self.submit(page, onward)

    def submit(self, page: Page, form: Node, **values: str) -> Page:
        """Send a form of a page with its hidden fields and ``values``."""
        action = urljoin(page.url, form.attributes.get("action") or page.url)
        return self._follow("POST", action, {**form_values(form), **values}, page.url)

    def _follow(self, method: str, url: str, data: dict[str, str] | None, referrer: str) -> Page:
        for _ in range(_MAX_REDIRECTS):
            answer = self._send(method, url, data, referrer)
            if not answer.is_redirect:
                return Page(url, answer.status_code, HTMLParser(answer.text), answer.text)
            url, method, data = urljoin(url, answer.headers["location"]), "GET", None
        raise PlayError("Too many redirects.")

    def _send(
        self, method: str, url: str, data: dict[str, str] | None, referrer: str
    ) -> httpx2.Response:
        site = urlsplit(url).netloc
        jar = self.cookies.setdefault(site, {})
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
        if method == "POST":
            origin = urlsplit(referrer)
            headers["Origin"] = f"{origin.scheme}://{origin.netloc}"
        answer = self.client.request(method, url, data=data, headers=headers)
        for line in answer.headers.get_list("set-cookie"):
            self._keep(jar, line)
        return answer

    @staticmethod
    def _keep(jar: dict[str, str], line: str) -> None:
        name, _, rest = line.partition("=")
        value = rest.split(";", 1)[0]
        parsed: SimpleCookie = SimpleCookie()
        parsed.load(f"{name}={value}")
        if "max-age=0" in line.lower() or not value:
            jar.pop(name, None)
        else:
            jar[name] = parsed[name].coded_value if name in parsed else value


def form_values(form: Node) -> dict[str, str]:
    """Return the fields of a form as a browser would send them untouched."""
    values = {}
    for field_ in form.css("input[name], textarea[name]"):
        attributes = field_.attributes
        if attributes.get("type") in {"checkbox", "radio"} and "checked" not in attributes:
            continue
        text = field_.text() if field_.tag == "textarea" else attributes.get("value")
        values[str(attributes["name"])] = text or ""
    return values
