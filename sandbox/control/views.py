"""Faults, limits, counters, and the hospital's own charts as of any day, over HTTP."""

from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from sandbox import charts
from sandbox.bulk.jobs import jobs
from sandbox.control.guard import controlled, sent
from sandbox.faults.board import board, read
from sandbox.faults.catalogue import FAULTS
from sandbox.faults.counters import counters
from sandbox.faults.limits import limits
from sandbox.faults.registry import UnfitFault
from sandbox.personalities import PERSONALITIES


@controlled
@require_http_methods(["GET", "POST", "DELETE"])
def faults(request: HttpRequest) -> HttpResponse:
    """Show what is on and what there is; switch on one rule or a list of them; switch all off."""
    if request.method == "POST":
        wishes = sent(request)
        rules = [read(wish) for wish in (wishes if isinstance(wishes, list) else [wishes])]
        board.add(rules)
        return JsonResponse({"active": [rule.described() for rule in rules]}, status=201)
    if request.method == "DELETE":
        board.clear()
        return HttpResponse(status=204)
    known = [fault.described() for _, fault in sorted(FAULTS.items())]
    return JsonResponse({"active": [rule.described() for rule in board.rules()], "known": known})


@controlled
@require_http_methods(["DELETE"])
def fault(_request: HttpRequest, identifier: str) -> HttpResponse:
    """Switch one rule off."""
    return HttpResponse(status=204 if board.remove(identifier) else 404)


@controlled
@require_http_methods(["GET", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    """Show or set how many requests a second each token of a personality may make."""
    if request.method == "POST":
        wish = sent(request)
        fits = isinstance(wish, dict) and isinstance(wish.get("per_second"), int | float)
        if not fits or set(wish) - {"personality", "per_second", "burst"}:
            raise UnfitFault("malformed", "Send per_second, and personality and burst if need be.")
        named = wish.get("personality")
        if named is not None and named not in PERSONALITIES:
            raise UnfitFault("unknown_personality", f"Name one of: {', '.join(PERSONALITIES)}.")
        for key in [named] if named else list(PERSONALITIES):
            limits.set(key, wish["per_second"], wish.get("burst"))
    return JsonResponse(limits.described())


@controlled
@require_http_methods(["POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """Set how many seconds an export takes, and what Retry-After says (null: as the vendor)."""
    wish = sent(request)
    if not isinstance(wish, dict) or set(wish) - {"seconds", "retry_after"}:
        raise UnfitFault("malformed", "Send seconds and retry_after, either or both.")
    jobs.seconds = float(wish.get("seconds", jobs.seconds))
    if "retry_after" in wish:
        jobs.retry_after = wish["retry_after"]
    return JsonResponse({"seconds": jobs.seconds, "retry_after": jobs.retry_after})


@controlled
@require_http_methods(["GET", "DELETE"])
def counts(request: HttpRequest) -> HttpResponse:
    """Show what was asked since the counters were last cleared; clear them."""
    if request.method == "DELETE":
        counters.clear()
        return HttpResponse(status=204)
    return JsonResponse(counters.described())


@controlled
@require_http_methods(["GET"])
def own_charts(request: HttpRequest) -> HttpResponse:
    """Show every resource of the hospital's own charts as they stand on ``today``.

    The same for the same day, whatever was loaded or written since: for who measures on them.
    """
    try:
        today = date.fromisoformat(request.GET.get("today", ""))
    except ValueError:
        raise UnfitFault("malformed", "Say of which day: ?today=YYYY-MM-DD.") from None
    return JsonResponse({"today": today.isoformat(), "resources": charts.build(today)})
