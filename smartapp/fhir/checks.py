"""Fails at start, not at the bedside: vendor profiles are validated by Django's system checks."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from smartapp.fhir.vendors import Profile, ProfileInvalid, load, names
from smartapp.fhir.vendors.concepts import ConceptQuery
from smartapp.fhir.vendors.files import check_overrides
from smartapp.fhir.vendors.proprietary import reader_named
from smartapp.models import Ehr


@register()
def vendor_profiles(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Return ``smartapp.E010`` for each mistake in a profile, naming file, line and key.

    ``smartapp.E011`` where a fallback names a proprietary reader that nobody registered.
    """
    problems: list[CheckMessage] = []
    for name in names():
        try:
            problems += _readers_unknown(load(name))
        except ProfileInvalid as invalid:
            problems += _wrong(invalid, "Correct the file; docs/adding-a-vendor.md has the shape.")
    return problems


@register(Tags.database)
def overrides(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Return ``smartapp.E010`` for each registered EHR whose own changes no longer fit."""
    if "default" not in (databases or ()):
        return []
    try:
        changed = [ehr for ehr in Ehr.objects.all() if ehr.profile_overrides]
    except DatabaseError:
        return []  # the tables are still to be made
    problems: list[CheckMessage] = []
    for ehr in changed:
        try:
            check_overrides(ehr.profile_overrides, ehr.vendor, named=f"of {ehr.slug}'s overrides")
        except ProfileInvalid as invalid:
            hint = "Run connect_ehr with --overrides and a corrected file."
            problems += _wrong(invalid, hint)
    return problems


def _wrong(invalid: ProfileInvalid, hint: str) -> list[CheckMessage]:
    return [
        Error(
            f"The vendor profile {invalid.file} is wrong at {problem}",
            hint=hint,
            id="smartapp.E010",
        )
        for problem in invalid.problems
    ]


def _readers_unknown(profile: Profile) -> list[CheckMessage]:
    named = [
        (concept.value, fallback.reader)
        for concept, asks in profile.concepts.items()
        if isinstance(asks, ConceptQuery)
        for fallback in asks.fallback
        if fallback.reader
    ]
    return [
        Error(
            f"The vendor profile {profile.name}.yaml names a reader {reader!r} for {concept} that "
            "no app registers.",
            hint="Register it in the ready() of an app; see smartapp/fhir/vendors/proprietary.py.",
            id="smartapp.E011",
        )
        for concept, reader in named
        if reader_named(reader) is None
    ]
