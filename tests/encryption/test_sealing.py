"""Encryption at rest: bound to its row, open under old keys, silent about values."""

import base64
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encryption import SealBroken, blind_index, open_sealed, seal
from smartapp.models import PendingLaunch


def _key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@given(plaintext=st.binary(max_size=2000), context=st.text(max_size=60))
def test_what_was_sealed_opens_for_the_same_row_only(plaintext: bytes, context: str) -> None:
    sealed = seal(plaintext, context=context)
    assert open_sealed(sealed, context=context) == plaintext
    with pytest.raises(SealBroken):
        open_sealed(sealed, context=context + "x")


@given(position=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_any_flipped_bit_is_noticed(position: int, bit: int) -> None:
    sealed = bytearray(seal(b"potassium 5.9", context="row"))
    sealed[position % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBroken):
        open_sealed(bytes(sealed), context="row")


def test_two_sealings_of_one_value_differ() -> None:
    assert seal(b"same", context="row") != seal(b"same", context="row")


def test_an_old_key_still_opens_and_a_lost_one_does_not(settings: Any) -> None:
    old, new = _key(), _key()
    settings.ENCRYPTION_KEYS = {"2025": old}
    sealed = seal(b"kept", context="row")
    settings.ENCRYPTION_KEYS = {"2026": new, "2025": old}
    assert open_sealed(sealed, context="row") == b"kept"
    assert seal(b"fresh", context="row").startswith(b"v1.2026.")
    settings.ENCRYPTION_KEYS = {"2026": new}
    with pytest.raises(SealBroken):
        open_sealed(sealed, context="row")


def test_an_error_tells_nothing_of_the_value(settings: Any) -> None:
    with pytest.raises(SealBroken) as caught:
        open_sealed(b"v1.nokey.halloway", context="row")
    assert "halloway" not in str(caught.value)


def test_a_sealed_attribute_is_ciphertext_in_its_column() -> None:
    row = PendingLaunch()
    row.secrets = {"nonce": "n-0S6"}
    assert row.secrets == {"nonce": "n-0S6"}
    assert b"n-0S6" not in bytes(row.secrets_sealed)
    other = PendingLaunch()
    other.secrets_sealed = row.secrets_sealed
    with pytest.raises(SealBroken):
        _ = other.secrets


def test_a_blind_index_depends_on_value_purpose_and_key(settings: Any) -> None:
    index = blind_index("patient", "https://ehr.example|1")
    assert index == blind_index("patient", "https://ehr.example|1")
    assert index != blind_index("patient", "https://ehr.example|2")
    assert index != blind_index("clinician", "https://ehr.example|1")
    settings.BLIND_INDEX_KEY = "another key"
    assert index != blind_index("patient", "https://ehr.example|1")
