"""All the faults there are: importing this registers every family."""

from sandbox.faults import bodies, bundles, identity, slowness, statuses, vendors
from sandbox.faults.registry import FAULTS

FAMILIES = (slowness, statuses, bodies, bundles, identity, vendors)

__all__ = ["FAMILIES", "FAULTS"]
