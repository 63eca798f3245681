"""What a reviewer may ask, validated: the filters in the address, and a patient's id."""

from typing import Any

from django import forms

from audit.directory import directory
from audit.events.base import Outcome
from audit.kinds import KINDS
from audit.selectors import Question

_OUTCOMES = {
    Outcome.SUCCESS: "well",
    Outcome.INCOMPLETE: "incomplete",
    Outcome.REFUSED: "refused",
    Outcome.FAILED: "failed",
}
# Beyond, a day has no midnight in every zone.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


class TrailForm(forms.Form):
    """The filters, as they stand in the address."""

    who = forms.CharField(required=False, max_length=200, label="Who")
    kind = forms.ChoiceField(
        required=False,
        label="Did what",
        choices=[("", "did anything"), *((kind.key, kind.label) for kind in KINDS)],
    )
    type = forms.RegexField(r"^[a-z_.]+$", required=False, max_length=60)
    outcome = forms.ChoiceField(
        required=False,
        label="How it ended",
        choices=[("", "any way"), *((key.value, words) for key, words in _OUTCOMES.items())],
    )
    launch = forms.RegexField(r"^[\w-]+$", required=False, max_length=22)
    draft = forms.UUIDField(required=False)
    patient = forms.RegexField(r"^[0-9a-f]{64}$", required=False)
    ehr = forms.SlugField(required=False, label="EHR", widget=forms.Select)
    since = forms.DateField(
        required=False, label="From day", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="To day", widget=forms.DateInput(attrs={"type": "date"})
    )
    before = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        select = self.fields["ehr"].widget
        if isinstance(select, forms.Select):
            select.choices = [("", "any EHR"), *directory().choices()]

    def clean(self) -> dict[str, Any]:
        """Refuse days that no trail has, or in the wrong order."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("since", "until"):
            day = cleaned.get(name)
            if day and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
                self.add_error(name, f"Give a year from {_FIRST_YEAR} to {_LAST_YEAR}.")
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day is before the first. Swap them.")
        return cleaned

    def question(self) -> Question:
        """Return what is asked; only for a valid form."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "before"}
        return Question(**values | {"draft": str(values.get("draft") or "")})


class PatientForm(forms.Form):
    """A patient's id, posted once so that it stands in no address or log."""

    ehr = forms.ChoiceField(label="EHR")
    patient_id = forms.CharField(max_length=64, strip=True, label="Patient id in that EHR")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ehr"]
        if isinstance(field, forms.ChoiceField):
            field.choices = directory().choices()

    def index(self) -> str:
        """Return the patient's blind index; only for a valid form."""
        found = directory().patient_index(
            self.cleaned_data["ehr"], self.cleaned_data["patient_id"].removeprefix("Patient/")
        )
        return found or ""
