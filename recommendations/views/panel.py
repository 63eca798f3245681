"""The panel: the page of one launch."""

from collections.abc import Mapping

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from audit.events.decisions import DraftViewed, PanelOpened
from audit.recorder import record, record_all
from recommendations import selectors
from recommendations.clinical.results import Gap
from recommendations.clinical.unseen import unseen
from recommendations.decisions.errors import DecisionRefused
from recommendations.drafts.services import request_draft
from recommendations.models import Draft
from recommendations.views.asked import fields
from recommendations.views.chart import ChartFace, read_chart
from recommendations.views.composing import just_begun, show
from recommendations.views.door import is_htmx, panel_view
from recommendations.views.offering import Choices, choices
from recommendations.views.pieces import Message
from recommendations.views.shown import Shown
from recommendations.views.tabs import tabs
from recommendations.views.typed import Opened, opened_of, unkept
from recommendations.views.waiting import is_better, waiting
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from smartapp.launch.doors import LaunchRequest

_FIRST = next(iter(DOCUMENTS))


@panel_view
@require_safe
def panel(request: LaunchRequest, *, launch_id: str) -> HttpResponse:
    """Show the panel; ``document`` in the query chooses the tab."""
    key = request.GET.get("document", "")
    if is_better(request):
        return waiting(request, DOCUMENTS.get(key) or DOCUMENTS[_FIRST])
    return page(request, key=key, opened=opened_of(request))


def page(
    request: LaunchRequest,
    *,
    key: str = "",
    opened: Opened | None = None,
    refused: DecisionRefused | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The whole page, recorded before it is shown. ``typed`` stood in a form that was refused."""
    document = DOCUMENTS.get(key) or DOCUMENTS[_FIRST]
    chart = read_chart(request)
    drafts, shown = _recorded(request, chart, document, refused)
    return render(
        request,
        "panel/page.html",
        {
            "chart": chart,
            "unread": unseen(_untold(chart, shown)),
            "document": document,
            "tabs": tabs(DOCUMENTS.values(), document, drafts),
            "fields": fields(document, typed or {}),
            "choices": _choices(request, document),
            "shown": shown,
            "opened": opened or Opened(),
            "unkept": unkept(request, shown, opened or Opened()),
            "launch": request.launch,
            "ehr": request.ehr,
            "message": _message(refused),
        },
        status=refused.refusal.status if refused else 200,
    )


def _recorded(
    request: LaunchRequest, chart: ChartFace, document: Document, refused: DecisionRefused | None
) -> tuple[dict[str, Draft], Shown | None]:
    """The launch's drafts and the one that is shown; begins one where none is, and records all."""
    with transaction.atomic():
        drafts = selectors.drafts_of(request.launch)
        draft = drafts.get(document.key)
        shown = show(draft, message=_message(refused)) if draft else None
        opened_now = PanelOpened(document=document.key, missing=chart.missing_codes)
        if _begins_by_itself(chart, drafts, document):
            begun = request_draft(
                launch=request.launch,
                document=document.key,
                beside=lambda new: [opened_now, viewed(new, statements=0)],
            )
            drafts, shown = {document.key: begun}, just_begun(begun)
        else:
            seen = [viewed(shown.draft, statements=len(shown.cards))] if shown else []
            record_all([opened_now, *seen])
    return drafts, shown


def asking(request: LaunchRequest, refused: DecisionRefused) -> HttpResponse:
    """The form of a document that needs words of the clinician, with what they typed in it."""
    typed = request.POST.dict()
    document = DOCUMENTS[typed["document"]]
    if not is_htmx(request):
        return page(request, key=document.key, refused=refused, typed=typed)
    context = {
        "document": document,
        "fields": fields(document, typed),
        "message": _message(refused),
        "launch": request.launch,
    }
    return render(request, "panel/start.html", context, status=refused.refusal.status)


def fragment(
    request: LaunchRequest,
    draft: Draft,
    *,
    opened: Opened | None = None,
    refused: DecisionRefused | None = None,
) -> HttpResponse:
    """The draft alone, recorded before it is shown."""
    shown = show(draft, message=_message(refused))
    with transaction.atomic():
        record(viewed(shown.draft, statements=len(shown.cards)))
    return render(
        request,
        "panel/draft.html",
        {
            "shown": shown,
            "opened": opened or Opened(),
            "unkept": unkept(request, shown, opened or Opened()),
            "launch": request.launch,
        },
        status=refused.refusal.status if refused else 200,
    )


def more(request: LaunchRequest, shown: Shown) -> HttpResponse:
    """What has come to a draft, recorded before it is shown: how much of it the page then holds."""
    with transaction.atomic():
        record(viewed(shown.draft, statements=shown.count))
    context = {"shown": shown, "opened": Opened(), "launch": request.launch}
    return HttpResponse(render_to_string("panel/arriving.html", context))


def viewed(draft: Draft, *, statements: int) -> DraftViewed:
    """The event of a draft's being shown, with so many of its statements."""
    return DraftViewed(
        draft_id=str(draft.pk),
        document=draft.document,
        state=draft.state,
        revision=draft.revision,
        statements=statements,
    )


def _begins_by_itself(chart: ChartFace, drafts: dict[str, Draft], document: Document) -> bool:
    """The first document is drafted on opening, where there is a living patient and a chart."""
    nothing_to_do = chart.empty or chart.down or bool(chart.face.deceased)
    return not drafts and document.key == _FIRST and not nothing_to_do


def _choices(request: LaunchRequest, document: Document) -> Choices | None:
    """What brought the patient, where the page has no script to fetch it.

    After a tap on something that is not offered as it was shown, it is shown anew.
    """
    asked = "brought" in request.GET or "brought" in request.POST
    wanted = asked and document.brought_by
    return choices(request, document) if wanted else None


def _untold(chart: ChartFace, shown: Shown | None) -> list[Gap]:
    """What could not be read, unless the draft below says so itself."""
    told = shown.gaps if shown and shown.decidable else ()
    return [gap for gap in chart.gaps if gap not in told]


def _message(refused: DecisionRefused | None) -> Message | None:
    return Message(refused.code, refused.refusal) if refused else None
