"""Reading a page and sending its forms, as a browser without script does."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from selectolax.lexbor import LexborHTMLParser, LexborNode

HTMX = {"HX-Request": "true"}


def parsed(response: HttpResponse) -> LexborHTMLParser:
    """The page's elements."""
    return LexborHTMLParser(response.content.decode())


def words(response: HttpResponse) -> str:
    """The page's text on one line."""
    return " ".join((parsed(response).body or parsed(response).root).text(separator=" ").split())


def fields(form: LexborNode) -> dict[str, str]:
    """What a form sends untouched."""
    sent = {}
    for each in form.css("input[name], textarea[name]"):
        if (
            each.attributes.get("type") in {"checkbox", "radio"}
            and "checked" not in each.attributes
        ):
            continue
        value = each.text() if each.tag == "textarea" else each.attributes.get("value")
        sent[str(each.attributes["name"])] = value or ""
    return sent


def send(client: Client, page: HttpResponse, selector: str, **values: Any) -> HttpResponse:
    """Send the form that ``selector`` finds on a page."""
    form = parsed(page).css_first(selector)
    assert form is not None, f"The page has no {selector}"
    return client.post(str(form.attributes["action"]), {**fields(form), **values})
