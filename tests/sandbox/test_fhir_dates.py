"""FHIR dates: what they cover, and how prefixes compare them."""

import math

import pytest

from sandbox.fhir.search.dates import holds, interval, intervals


def test_a_date_covers_its_whole_day_month_or_year():
    day, month, year = interval("2024-02-29"), interval("2024-02"), interval("2024")
    assert day[1] - day[0] == pytest.approx(86_400, abs=0.01)
    assert month[1] - month[0] == pytest.approx(29 * 86_400, abs=0.01)
    assert year[1] - year[0] == pytest.approx(366 * 86_400, abs=0.01)


def test_a_zone_moves_the_instant():
    assert interval("2024-01-01T12:00:00+05:00")[0] == interval("2024-01-01T07:00:00Z")[0]


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2024-13-01", "2024-02-30", "2024-1-1", "2024-01-01T", "20240101"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the message is not part of the contract
        interval(text)


def test_an_unreadable_date_in_a_resource_has_no_values():
    assert intervals("about 2019") == []
    assert intervals({"start": "soon"}) == []
    assert intervals(12) == []


def test_an_open_period_never_ends():
    assert intervals({"start": "2024-01-01"})[0][1] == math.inf
    assert intervals({"end": "2024-01-01"})[0][0] == -math.inf


@pytest.mark.parametrize(
    ("prefix", "wanted", "found", "expected"),
    [
        ("eq", "2024", "2024-05-01", True),
        ("eq", "2024-05-01", "2024", False),
        ("ne", "2024-05-01", "2024", True),
        ("gt", "2024-05-01", "2024-05-01", False),
        ("gt", "2024-05-01", "2024-05-02", True),
        ("gt", "2024-05-01", "2024", True),
        ("ge", "2024-05-01", "2024-05-01T10:00:00Z", True),
        ("ge", "2024-05-01", "2024-04-30T23:59:59Z", False),
        ("lt", "2024-05-01", "2024-04-30T23:59:59Z", True),
        ("lt", "2024-05-01", "2024-05-01T00:00:00Z", False),
        ("le", "2024-05-01", "2024-05-01T23:59:59Z", True),
        ("le", "2024-05-01", "2024-05-02", False),
        ("sa", "2024-05", "2024-06-01", True),
        ("sa", "2024-05", "2024-05-31", False),
        ("eb", "2024-05", "2024-04-30", True),
        ("eb", "2024-05", "2024-05-01", False),
    ],
)
def test_prefixes_compare_ranges_as_the_standard_says(prefix, wanted, found, expected):
    assert holds(prefix, interval(wanted), interval(found)) is expected
