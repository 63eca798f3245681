"""What the panel's pages send. Anything else is refused before a service sees it."""

from typing import Any

from django import forms

from recommendations.decisions.acts import noted
from smartapp.models import Launch

_SHA256 = r"^[0-9a-f]{64}$"


class _Page(forms.Form):
    """Which page the clinician decided on."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    text_sha256 = forms.RegexField(_SHA256)


class StatementDecision(_Page):
    """A decision on one statement."""

    verb = forms.ChoiceField(choices=[(v, v) for v in ("approve", "edit", "reject", "reopen")])
    text = forms.CharField(required=False, strip=False)
    reason = forms.CharField(required=False, max_length=40)
    comment = forms.CharField(required=False)
    seen = forms.RegexField(_SHA256, required=False)


class DraftDecision(_Page):
    """A decision on a whole draft or one of its sections."""

    verb = forms.ChoiceField(
        choices=[(v, v) for v in ("approve_all", "approve_section", "reject_draft")]
    )
    section = forms.CharField(required=False, max_length=40)
    reason = forms.CharField(required=False, max_length=40)
    comment = forms.CharField(required=False)


class Signature(_Page):
    """A signature."""

    attestation = forms.CharField(required=False, max_length=20)
    without = forms.RegexField(_SHA256, required=False)


class OmissionDecision(_Page):
    """What is to become of something that the draft leaves out."""

    verb = forms.ChoiceField(choices=[(v, v) for v in ("add", "take_out", "dismiss", "list_again")])
    reason = forms.CharField(required=False, max_length=40)


class Edit(forms.Form):
    """Words as they are typed."""

    text = forms.CharField(required=False, strip=False)
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    shown_sha256 = forms.RegexField(_SHA256)
    underway = forms.CharField(required=False, strip=False)


class Closed(forms.Form):
    """How long a source was open."""

    ms = forms.IntegerField(min_value=0, max_value=24 * 60 * 60 * 1000)


def read(form: type[forms.Form], data: Any, *, launch: Launch) -> dict[str, Any]:
    """The fields of a form; raise :class:`DecisionRefused`, recorded. No value is ever repeated."""
    filled = form(data)
    if filled.is_valid():
        return dict(filled.cleaned_data)
    code = "unknown_verb" if "verb" in filled.errors else "form_invalid"
    raise noted(launch=launch, verb="read", code=code)
