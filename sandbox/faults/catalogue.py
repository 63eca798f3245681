"""All the faults there are: importing this registers every family."""

from sandbox.faults import bodies, bundles, identity, slowness, statuses
from sandbox.faults.registry import FAULTS

FAMILIES = (slowness, statuses, bodies, bundles, identity)

__all__ = ["FAMILIES", "FAULTS"]
