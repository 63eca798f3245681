"""What single vendors say by numbers and bodies of their own, at whichever hospital it is wanted.

Epic's numbers are those of its published list of errors; Oracle's body is no FHIR at all.
"""

from urllib.parse import parse_qsl, urlencode

from sandbox.faults.calls import READING, Call
from sandbox.faults.registry import Ask, fault
from sandbox.fhir.errors import FhirError, note, outcome
from sandbox.fhir.replies import insufficient_scopes
from sandbox.fhir.shapes import base_url, dumps
from sandbox.fhir.store import store
from sandbox.personalities import EPIC
from sandbox.wire import Answer

_JSON = {"content-type": "application/fhir+json;charset=utf-8"}
_LISTS = ("search", "page")
_THIN = ("_thin", "1")


def _said(status: int, severity: str, code: str, number: str, text: str) -> Answer:
    about = note(severity, code, number, text, EPIC.refusing.system)
    return Answer(status, dict(_JSON), dumps(about))


async def _with_first(
    ask: Ask, *said: tuple[str, str, str, str], keep: int | None = None
) -> Answer:
    """Return a bundle with an outcome before its rows, the first ``keep`` of them (None: all)."""
    answer = await ask()
    bundle = answer.document()
    if bundle is None or bundle.get("resourceType") != "Bundle":
        return answer
    issues = [note(*one, EPIC.refusing.system)["issue"][0] for one in said]
    row = {
        "resource": {"resourceType": "OperationOutcome", "issue": issues},
        "search": {"mode": "outcome"},
    }
    return answer.saying({**bundle, "entry": [row, *bundle.get("entry", [])[:keep]]})


@fault("merged-patient", kinds=("read", *_LISTS))
async def merged_patient(call: Call, _ask: Ask, *, into: str = "") -> Answer:
    """301 and 4107: the patient's record was merged into another one (``into``; one of the charts
    is taken where it is not said), to which the redirect leads.
    """
    others = (str(one["id"]) for one in store.patients() if one["id"] not in call.path)
    target = into or next(others, "none")
    answer = _said(301, "fatal", "processing", "4107", "The record was merged into another one.")
    return answer.headed(location=f"{base_url(call.personality)}/Patient/{target}")


@fault("daily-limit", kinds=READING)
async def daily_limit(_call: Call, _ask: Ask, *, status: int = 429) -> Answer:
    """4135: asked so often today that nothing more is given until tomorrow, and no Retry-After."""
    return _said(status, "fatal", "throttled", "4135", "The limit of queries a day was reached.")


@fault("restricted-chart", kinds=READING)
async def restricted_chart(_call: Call, _ask: Ask, *, number: str = "4130") -> Answer:
    """403 by a restriction on this chart ("break the glass"): 4130, or 4131 for this user."""
    return _said(403, "fatal", "security", number, "Access to this chart is restricted.")


@fault("restricted-rows", kinds=_LISTS)
async def restricted_rows(_call: Call, ask: Ask, *, keep: int = 1) -> Answer:
    """4134, as mere information before the matches: what is behind the glass is not among them."""
    said = ("information", "informational", "4134", "Some of this chart is restricted.")
    return await _with_first(ask, said, keep=keep)


@fault("more-exists", kinds=_LISTS)
async def more_exists(_call: Call, ask: Ask, *, keep: int = 1) -> Answer:
    """4127: more was found than is sent, and there is no next page; ``keep`` matches are there."""
    said = ("fatal", "processing", "4127", "More results exist than can be returned.")
    answer = await _with_first(ask, said, keep=keep)
    bundle = answer.document() or {}
    return answer.saying({**bundle, "link": bundle.get("link", [])[:1]}) if bundle else answer


@fault("information-first", kinds=_LISTS)
async def information_first(_call: Call, ask: Ask) -> Answer:
    """59133 and 59100 as information in the first entry, and after them every match there is."""
    return await _with_first(
        ask,
        ("information", "informational", "59133", "A parameter was applied after retrieval."),
        ("information", "informational", "59100", "A parameter was not used."),
    )


@fault("several-issues", kinds=READING)
async def several_issues(_call: Call, _ask: Ask) -> Answer:
    """400 whose first issue is information and whose last one says what was wrong."""
    answer = _said(400, "information", "informational", "59133", "A parameter was not used.")
    about = answer.document() or {}
    fatal = note(
        "fatal", "required", "59159", "A required element is missing.", EPIC.refusing.system
    )
    return answer.saying({**about, "issue": [*about["issue"], *fatal["issue"]]})


@fault("expired-page", kinds=("page",))
async def expired_page(call: Call, _ask: Ask) -> Answer:
    """The pages of this search are no longer kept, in the vendor's words (Epic: 400 with 4113)."""
    status = call.personality.refusing.expired_page
    error = FhirError(status, "expired", "This page has expired. Start the search again.")
    return Answer(status, dict(_JSON), dumps(outcome(error, call.personality)))


@fault("thin-pages", kinds=("search",))
async def thin_pages(call: Call, ask: Ask) -> Answer:
    """What matches is filtered after it was retrieved: the first page is empty and has a next link,
    and all there is comes behind it.
    """
    query = call.scope.get("query_string", b"").decode()
    pairs = parse_qsl(query, keep_blank_values=True)
    call.scope["query_string"] = urlencode([one for one in pairs if one != _THIN]).encode()
    answer = await ask()
    bundle = answer.document()
    if bundle is None or bundle.get("resourceType") != "Bundle" or _THIN in pairs:
        return answer
    url = f"{base_url(call.personality)}/{call.type}?{urlencode([*pairs, _THIN])}"
    links = [one for one in bundle.get("link", []) if one.get("relation") != "next"]
    kept = {key: value for key, value in bundle.items() if key != "entry"}
    return answer.saying({**kept, "link": [*links, {"relation": "next", "url": url}]})


@fault("insufficient-scopes", kinds=READING)
async def lacking_scopes(_call: Call, _ask: Ask) -> Answer:
    """403 in JSON that is no FHIR: the token's scopes do not reach so far, whatever it was told."""
    return Answer(403, {"content-type": "application/json"}, dumps(insufficient_scopes()))


@fault("invalid-grant", kinds=("token",))
async def invalid_grant(
    _call: Call, _ask: Ask, *, uri: str = "https://ehr.example/errors?id=7f3a"
) -> Answer:
    """400 invalid_grant with ``error_uri``: a page of the EHR's that tells the user more."""
    body = {"error": "invalid_grant", "error_description": "The grant is over.", "error_uri": uri}
    return Answer(400, {"content-type": "application/json"}, dumps(body))


@fault("invalid-client", kinds=("token",))
async def invalid_client(_call: Call, _ask: Ask, *, status: int = 401) -> Answer:
    """invalid_client although the client is registered: the change has not reached every server."""
    body = {"error": "invalid_client", "error_description": "The client is not known."}
    return Answer(status, {"content-type": "application/json"}, dumps(body))
