"""In which form a tool's answer is given to a model, known by its hash.

The form is code: which fields of a fact go out, how numbers and dates are written, what stands
around them. What that code makes of an invented answer, and the names of every fact's fields, are
hashed, so that a change of it shows in what each draft keeps.
"""

import hashlib
import json
from decimal import Decimal
from functools import lru_cache
from typing import get_args

from recommendations.clinical.facts import (
    Fact,
    ObservationFact,
    PartialDate,
    Quantity,
    ReferenceRange,
    Source,
)
from recommendations.clinical.for_model import delimited, for_model
from recommendations.clinical.results import Gap, ToolName, ToolResult, Trend


@lru_cache
def result_form_sha256() -> str:
    """The hash of the form."""
    kinds, _ = get_args(Fact)
    form = {
        "fields": {kind.__name__: list(kind.model_fields) for kind in get_args(kinds)},
        "answer": for_model(_INVENTED),
        "given": delimited("clinician_words", {"why": "<a> & b"}, tool="none"),
    }
    return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


_LAB = ObservationFact(
    handle="lab1",
    source=Source(resource_type="Observation", resource_id="1", version="1"),
    name="Potassium <serum>",
    value=Quantity(value=Decimal("5.90"), unit="mmol/L", ucum="mmol/L", comparator=">"),
    category="laboratory",
    reference_range=ReferenceRange(low=Decimal("3.5"), high=Decimal("5.1")),
    effective=PartialDate(text="2026-11-17T14:02:00Z"),
)
_INVENTED = ToolResult(
    tool=ToolName.LABS,
    facts=(_LAB,),
    trends=(
        Trend(
            name="Potassium",
            first="lab1",
            last="lab1",
            direction="rising",
            count=1,
            low="lab1",
            high="lab1",
        ),
    ),
    gaps=(Gap(concept="labs", reason="suppressed", words="Some were withheld."),),
    complete=False,
    total=2,
    shown=1,
    left=("lab2",),
)
