"""Structured JSON logs without PHI.

The libraries that would log addresses or request bodies (httpx2 logs full URLs at INFO,
anthropic logs bodies at DEBUG) are held at WARNING whatever the root level says.
"""

import logging.config
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS

_QUIET = (
    "httpx2",
    "httpcore2",
    "anthropic",
    "authlib",
    "httpx",
    "urllib3",
    "faker",
    "hvac",
    "boto3",
    "botocore",
    "google",
)


def configure(options: dict[str, Any]) -> None:
    """Set up logging; ``options`` is ``settings.LOGGING``: ``{"LEVEL": "INFO"}``."""
    level = options.get("LEVEL", "INFO")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
                    # Django adds the request, whose address may hold an authorization code.
                    "reserved_attrs": [*RESERVED_ATTRS, "request"],
                    "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {name: {"level": "WARNING"} for name in _QUIET},
        }
    )
