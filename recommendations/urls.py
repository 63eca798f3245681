"""Addresses inside a launch: the panel, its drafts and decisions."""

from django.urls import path

from recommendations.views import (
    about,
    brought,
    closing,
    drafts,
    look,
    omissions,
    panel,
    passages,
    signing,
    sources,
    statements,
    triage,
)

urlpatterns = [
    path("", panel.panel, name="panel"),
    path("closed/", closing.closed, name="closed"),
    path("style.css", look.style, name="style"),
    path("about/", about.about, name="about"),
    path("about/card.<str:form>", about.card, name="about_card"),
    path("drafts/", drafts.ask, name="drafts"),
    path("triage/", triage.ask, name="triage"),
    path("brought/", brought.brought, name="brought"),
    path("drafts/<uuid:draft_id>/", drafts.draft, name="draft"),
    path("drafts/<uuid:draft_id>/decision/", drafts.decide, name="draft_decision"),
    path("drafts/<uuid:draft_id>/passages/<str:handle>/", passages.passage, name="passage"),
    path("drafts/<uuid:draft_id>/sign/", signing.sign, name="sign"),
    path("drafts/<uuid:draft_id>/provenance.json", about.provenance, name="provenance"),
    path("omissions/<uuid:omission_id>/", omissions.decide, name="omission_decision"),
    path("omissions/<uuid:omission_id>/source/", omissions.source, name="omission_source"),
    path("statements/<uuid:statement_id>/", statements.statement, name="statement"),
    path("statements/<uuid:statement_id>/edit/", statements.edit, name="statement_edit"),
    path("statements/<uuid:statement_id>/decision/", statements.decide, name="statement_decision"),
    path("statements/<uuid:statement_id>/sources/<str:handle>/", sources.source, name="source"),
    path(
        "statements/<uuid:statement_id>/sources/<str:handle>/closed/",
        sources.closed,
        name="source_closed",
    ),
]
