"""What is asked of an export, as its address: by the wish and by the ways of the EHR."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from smartapp.fhir.bulk.wishes import Wish
from smartapp.fhir.vendors.profiles import Bulk


class TestWishes:
    def test_the_address(self) -> None:
        since = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
        wish = Wish(
            "g-1", ("Patient", "MedicationRequest"), since, ("MedicationRequest?status=a,b",)
        )
        assert wish.link(Bulk()) == (
            "Group/g-1/$export?_type=Patient,MedicationRequest&_since=2026-11-01T02:30:00.000Z"
            "&_typeFilter=MedicationRequest%3Fstatus%3Da%2CMedicationRequest%3Fstatus%3Db"
        )
        assert Wish.of(json.loads(json.dumps(wish.stored()))) == wish

    def test_the_address_as_another_ehr_wants_it(self) -> None:
        since = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
        wish = Wish("g", ("Patient", "Observation"), since, ("Observation?category=a,b",))
        ways = Bulk(since=False, types="repeated", filters="repeated")
        assert wish.link(ways) == (
            "Group/g/$export?_type=Patient&_type=Observation"
            "&_typeFilter=Observation%3Fcategory%3Da&_typeFilter=Observation%3Fcategory%3Db"
        )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"group": "../x"},
            {"group": "g", "types": ("patient",)},
            {"group": "g", "since": datetime(2026, 1, 1)},  # noqa: DTZ001
            {"group": "g", "filters": ("Patient",)},
            {"group": "g", "types": ("Patient",), "filters": ("Observation?code=1",)},
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, wrong: Any) -> None:
        with pytest.raises(ValueError, match=r".+"):
            Wish(**wrong)
