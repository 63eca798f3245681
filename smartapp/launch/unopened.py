"""Launches that are not opened after all, though the EHR has given tokens for them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseError
from redis import RedisError

from audit.errors import LedgerUnavailable
from smartapp import tokens
from smartapp.ehrs.answers import TokenAnswer
from smartapp.ehrs.discovery import SmartConfiguration
from smartapp.launch.refusals import LaunchRefused
from smartapp.models import Ehr

logger = logging.getLogger(__name__)

# What our own stores (database, cache, trail) fail with.
_STORES = (DatabaseError, RedisError, OSError, LedgerUnavailable)


@contextmanager
def tokens_given_back(
    ehr: Ehr, answer: TokenAnswer, configuration: SmartConfiguration
) -> Iterator[None]:
    """Give tokens back where what follows refuses the launch or fails to store it.

    A store that fails becomes :class:`LaunchRefused`.
    """
    try:
        yield
    except Exception as error:
        tokens.give_back_unstored(ehr, answer, configuration)
        if not isinstance(error, _STORES):
            raise
        # The error's own words are left out: a database quotes the row that it did not take.
        logger.error("launch_not_stored", extra={"kind": type(error).__name__})  # noqa: TRY400
        raise LaunchRefused("launch_not_stored", ehr=ehr) from None
