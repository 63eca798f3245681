"""The profile by which each of the sandbox's hospitals is read, by the hospital's name."""

VENDORS = {"epic": "epic", "oracle": "oracle_health", "generic": "generic"}
