"""Both grammars of SMART scopes, and what is missing from a grant."""

import pytest

from smartapp.scopes import (
    ResourceScope,
    allows,
    asked_for,
    parse,
    satisfies,
    surplus,
    withheld,
)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("patient/Observation.read", ResourceScope("patient", "Observation", "rs")),
        ("patient/Observation.write", ResourceScope("patient", "Observation", "cud")),
        ("user/*.*", ResourceScope("user", "*", "cruds")),
        ("patient/Observation.rs", ResourceScope("patient", "Observation", "rs")),
        ("patient/Observation.s", ResourceScope("patient", "Observation", "s")),
        ("system/*.cruds", ResourceScope("system", "*", "cruds")),
        (
            "patient/Observation.rs?category=laboratory&x=y",
            ResourceScope(
                "patient", "Observation", "rs", filters=(("category", "laboratory"), ("x", "y"))
            ),
        ),
    ],
)
def test_a_scope_is_read_in_either_grammar(scope: str, expected: ResourceScope) -> None:
    assert parse(scope) == expected


@pytest.mark.parametrize(
    "scope",
    [
        "openid",
        "launch/patient",
        "patient/Observation",
        "patient/Observation.",
        "patient/Observation.sr",
        "patient/Observation.dus ",
        "patient/observation.rs",
        "Patient/Observation.rs",
        "patient/Observation.rs?",
        "patient/Observation.rs?category",
        "patient/Observation.rs?category=a&&",
        "patient/Observation.read?x=y",
        "patient/Observation.rrs",
        "patient/*Observation.rs",
        "",
    ],
)
def test_what_does_not_parse_grants_nothing(scope: str) -> None:
    assert parse(scope) is None
    assert not allows(scope, "Observation", "read")


@pytest.mark.parametrize(
    ("granted", "read", "search"),
    [
        ("patient/Observation.read", True, True),
        ("patient/Observation.r", True, False),
        ("patient/Observation.s", False, True),
        ("user/*.rs", True, True),
        ("patient/*.read", True, True),
        ("patient/Observation.write", False, False),
        ("patient/Condition.rs", False, False),
        ("system/*.rs", False, False),
        ("patient/Observation.rs?category=laboratory", True, True),
        ("", False, False),
        ("openid launch patient/Observation.r patient/Observation.s", True, True),
    ],
)
def test_a_grant_allows_what_it_says_and_no_more(granted: str, *, read: bool, search: bool) -> None:
    assert allows(granted, "Observation", "read") is read
    assert allows(granted, "Observation", "search") is search


@pytest.mark.parametrize(
    ("asked", "granted", "missing"),
    [
        ("launch patient/Aa.rs patient/Bb.rs", "launch patient/Aa.rs", ("patient/Bb.rs",)),
        ("patient/Aa.read", "patient/Aa.rs", ()),
        ("patient/Aa.rs", "patient/Aa.read", ()),
        ("patient/Aa.rs", "patient/Aa.r", ("patient/Aa.rs",)),
        ("patient/Aa.rs", "patient/Aa.r patient/Aa.s", ()),
        ("patient/Aa.rs", "patient/*.cruds", ()),
        ("patient/Aa.rs", "user/Aa.rs", ()),
        ("patient/Aa.rs", "patient/Aa.rs?x=y", ("patient/Aa.rs",)),
        ("offline_access openid", "openid", ("offline_access",)),
        ("", "patient/Aa.rs", ()),
        ("system/Aa.rs", "system/Aa.read", ()),
        ("system/Aa.rs", "patient/Aa.rs", ("system/Aa.rs",)),
        ("patient/Aa.rs", "system/*.rs", ("patient/Aa.rs",)),
    ],
)
def test_what_was_withheld_is_told_as_it_was_asked(
    asked: str, granted: str, missing: tuple[str, ...]
) -> None:
    assert withheld(asked, granted) == missing


def test_a_subset_granted_is_all_of_a_search_within_it_and_a_part_of_the_type() -> None:
    granted = "patient/Observation.rs?category=http://x|laboratory"
    assert satisfies(granted, "Observation", "search", (("category", "laboratory"),))
    assert satisfies(granted, "Observation", "search", (("category", "http://x|laboratory"),))
    assert not satisfies(granted, "Observation", "search", (("category", "http://y|laboratory"),))
    assert not satisfies(granted, "Observation", "search", (("category", "vital-signs"),))
    assert not satisfies(granted, "Observation", "search")
    assert withheld("patient/Observation.rs?category=laboratory", granted) == ()


@pytest.mark.parametrize(
    ("asked", "granted", "beyond"),
    [
        ("openid patient/Aa.rs", "openid patient/Aa.rs", ()),
        ("patient/Aa.rs", "patient/Aa.read", ()),
        ("patient/Aa.rs", "patient/Aa.rs patient/Bb.rs", ("patient/Bb.rs",)),
        ("patient/Aa.rs", "patient/*.rs", ("patient/*.rs",)),
        ("patient/Aa.r", "patient/Aa.rs", ("patient/Aa.rs",)),
        ("patient/Aa.rs?category=x", "patient/Aa.rs", ("patient/Aa.rs",)),
        ("patient/Aa.rs", "patient/Aa.rs?category=x", ()),
        ("openid", "openid profile", ("profile",)),
    ],
)
def test_what_was_granted_beyond_the_asking_is_told_as_the_ehr_wrote_it(
    asked: str, granted: str, beyond: tuple[str, ...]
) -> None:
    assert surplus(asked, granted) == beyond


def test_who_and_how_long_come_before_the_resources() -> None:
    scopes = asked_for(["patient/Aa.rs"], lasting="online_access")
    assert scopes == "launch openid fhirUser online_access patient/Aa.rs"
    assert "online_access" not in asked_for([])
