"""Drafts: asking for one, looking at it as it comes, deciding on all of it."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from recommendations import forms, selectors
from recommendations.decisions import services
from recommendations.decisions.acts import noted
from recommendations.decisions.errors import DecisionRefused
from recommendations.drafts.complaints import again
from recommendations.drafts.services import request_draft
from recommendations.errors import (
    ChoiceRefused,
    ComplaintRefused,
    DraftUnderWay,
    LaunchEnded,
    UnknownDocument,
    WordsMissing,
)
from recommendations.models import Draft
from recommendations.views.answers import answer, no_such
from recommendations.views.arriving import arrived
from recommendations.views.door import is_htmx, panel_view
from recommendations.views.offering import chosen
from recommendations.views.panel import asking, fragment, more, page
from recommendations.views.typed import opened_of, typed_in
from recommendations.workflows.registry import DOCUMENTS
from recommendations.workflows.triage.triage import KEY
from smartapp.launch.doors import LaunchRequest

# Why words that were handed in, or what was chosen in their place, cannot be taken.
_BACK_TO_THE_FORM = {
    "words_missing", "not_offered", "too_long", "not_whole", "has_orders", "draft_under_way",
}  # fmt: skip


@panel_view
@require_POST
def ask(request: LaunchRequest, *, launch_id: str) -> HttpResponse:
    """Have a document drafted, for the first time or anew."""
    try:
        draft = _asked(request)
    except DecisionRefused as refused:
        if refused.code == "draft_under_way" and "brought" in request.POST:
            under_way = selectors.drafts_of(request.launch)[request.POST["document"]]
            return answer(request, under_way.pk, refused=refused)
        if refused.code in _BACK_TO_THE_FORM:
            return asking(request, refused)
        return no_such(request, refused)
    return answer(request, draft.pk)


def _asked(request: LaunchRequest) -> Draft:
    document = request.POST.get("document", "")
    try:
        if document == KEY:
            return again(request.launch)
        return request_draft(
            launch=request.launch,
            document=document,
            given=request.POST.dict(),
            chosen=chosen(request, DOCUMENTS[document]) if document in DOCUMENTS else None,
        )
    except UnknownDocument:
        code = "form_invalid"
    except (LaunchEnded, ChoiceRefused, ComplaintRefused, DraftUnderWay, WordsMissing) as error:
        code = error.code
    raise noted(launch=request.launch, verb="draft", code=code)


@panel_view
@require_safe
def draft(request: LaunchRequest, *, launch_id: str, draft_id: UUID) -> HttpResponse:
    """Show a draft; ``seen`` is the newest news the page has: 204 where there is nothing newer.

    With ``more`` the page can take what came after ``seen`` alone.
    """
    # The news first: a page that is older than the news it names would wait for ever.
    news = selectors.news_of(draft_id)
    found = selectors.draft_of(request.launch, draft_id)
    if found is None:
        return no_such(request)
    seen = request.GET.get("seen", "")
    if seen == selectors.seen(news, selectors.before(found)):
        return HttpResponse(status=204)
    if is_htmx(request):
        shown = arrived(found, news, seen) if "more" in request.GET else None
        if shown is not None:
            return more(request, shown)
        return fragment(request, found, opened=opened_of(request))
    return page(request, key=found.document)


@panel_view
@require_POST
def decide(request: LaunchRequest, *, launch_id: str, draft_id: UUID) -> HttpResponse:
    """Approve all that may be, a section of it, or reject the draft."""
    try:
        _decided(request, draft_id)
    except DecisionRefused as refused:
        return answer(request, draft_id, refused=refused, opened=typed_in(request))
    return answer(request, draft_id)


def _decided(request: LaunchRequest, draft_id: UUID) -> None:
    given = forms.read(forms.DraftDecision, request.POST, launch=request.launch)
    shown = {key: given[key] for key in ("revision", "text_sha256")}
    if given["verb"] == "reject_draft":
        services.reject_draft(
            launch=request.launch,
            draft_id=draft_id,
            reason=given["reason"],
            comment=given["comment"],
            **shown,
        )
        return
    whole = given["verb"] == "approve_all"
    if not whole and not given["section"]:
        raise noted(launch=request.launch, verb="approve", code="form_invalid")
    services.approve_together(
        launch=request.launch,
        draft_id=draft_id,
        section="" if whole else given["section"],
        **shown,
    )
