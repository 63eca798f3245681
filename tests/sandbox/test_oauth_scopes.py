"""Scopes: the two grammars, what they allow, and what each personality trims without a word."""

from datetime import UTC, datetime

import pytest

from sandbox.oauth import scopes
from sandbox.oauth.granting import granted, granted_to_backend
from sandbox.oauth.quirks import quirks
from sandbox.personalities import PERSONALITIES


class Held:
    """Stands where a Grant does: only its scopes are asked for."""

    def __init__(self, *held: str) -> None:
        self.scopes = frozenset(held)
        self.patient, self.user, self.client_id = "p", None, "c"
        self.expires_at = datetime.now(UTC)


EVERY = ("read", "search", "create", "update", "delete")


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("patient/Observation.read", "read search"),
        ("patient/Observation.write", "create update delete"),
        ("patient/Observation.*", "read search create update delete"),
        ("patient/*.read", "read search"),
        ("user/Observation.rs", "read search"),
        ("system/Observation.r", "read"),
        ("patient/Observation.s", "search"),
        ("patient/Observation.cu", "create update"),
        ("patient/*.cruds", "read search create update delete"),
        ("patient/Observation.rs?category=laboratory", "read search"),
        ("patient/Condition.read", ""),
        ("patient/Observation.sr", ""),
        ("patient/Observation.", ""),
        ("patient/Observation.dus", ""),
        ("patient/observation.read", ""),
        ("anyone/Observation.read", ""),
        ("patient/Observation.readx", ""),
        ("patient/Observation.read?category=laboratory", ""),
        ("openid", ""),
        ("launch/patient", ""),
    ],
)
def test_a_scope_allows_what_it_says_and_a_malformed_one_nothing(scope: str, allowed: str) -> None:
    held = Held(scope)
    assert [i for i in EVERY if scopes.allows(held, "Observation", i)] == [
        i for i in EVERY if i in allowed.split()
    ]


def test_a_granular_scope_restricts_unless_a_wider_one_stands_beside_it() -> None:
    narrow = "patient/Observation.rs?category=laboratory&status=final"
    assert scopes.restrictions(Held(narrow), "Observation", "read") == [
        (("category", "laboratory"), ("status", "final"))
    ]
    assert scopes.restrictions(Held(narrow, "patient/*.r"), "Observation", "read") is None
    assert scopes.restrictions(Held(narrow, "patient/*.r"), "Observation", "create") == []


def test_one_patient_is_the_limit_unless_a_user_scope_goes_beyond() -> None:
    assert scopes.patient_bound(Held("patient/*.rs"), "Observation", "read")
    assert not scopes.patient_bound(
        Held("patient/*.rs", "user/Observation.r"), "Observation", "read"
    )
    assert scopes.patient_bound(Held("patient/*.rs", "user/Observation.r"), "Observation", "search")


@pytest.mark.parametrize(
    ("personality", "asked", "given"),
    [
        ("epic", "launch openid offline_access", "launch openid"),
        ("epic", "online_access patient/*.read", "online_access patient/*.read"),
        (
            "epic",
            "patient/Observation.rs patient/Observation.cu",
            "patient/Observation.read patient/Observation.write",
        ),
        ("epic", "patient/Observation.cruds", "patient/Observation.read patient/Observation.write"),
        ("oracle", "patient/*.rs patient/Observation.rs", "patient/Observation.rs"),
        ("oracle", "patient/Observation.read offline_access", "offline_access"),
        ("generic", "patient/*.read patient/*.rs patient/*.rs", "patient/*.read patient/*.rs"),
        (
            "generic",
            "patient/Observation.rs?category=laboratory",
            "patient/Observation.rs?category=laboratory",
        ),
        ("generic", "system/*.rs patient/Nonsense.zz admin", ""),
    ],
)
def test_each_personality_grants_in_its_own_grammar(
    personality: str, asked: str, given: str
) -> None:
    assert granted(asked, quirks(PERSONALITIES[personality])) == given


def test_a_launch_may_grant_exactly_what_it_likes() -> None:
    own = quirks(PERSONALITIES["generic"])
    assert granted("openid patient/*.rs", own, "") == ""
    assert granted("openid patient/*.rs", own, "user/Group.rs") == "user/Group.rs"


def test_a_backend_gets_system_scopes_only() -> None:
    asked = "system/Patient.rs patient/Patient.rs openid offline_access"
    assert granted_to_backend(asked, quirks(PERSONALITIES["generic"])) == "system/Patient.rs"
    assert granted_to_backend("system/*.rs", quirks(PERSONALITIES["oracle"])) == ""
