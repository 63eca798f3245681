"""Both grammars of SMART scopes, and what is missing from a grant."""

import pytest

from smartapp.scopes import ResourceScope, allows, asked_for, parse, withheld


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
            ResourceScope("patient", "Observation", "rs", restricted=True),
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
    ],
)
def test_what_was_withheld_is_told_as_it_was_asked(
    asked: str, granted: str, missing: tuple[str, ...]
) -> None:
    assert withheld(asked, granted) == missing


def test_the_usual_scopes_are_read_only_in_both_grammars() -> None:
    for syntax in ("v1", "v2"):
        scopes = asked_for(syntax, lasting="online_access").split()
        assert scopes[:4] == ["launch", "openid", "fhirUser", "online_access"]
        parsed = [parse(scope) for scope in scopes[4:]]
        assert {each.letters for each in parsed if each} == {"rs"}
        assert None not in parsed
    assert "online_access" not in asked_for("v2")
