"""The control address: switches faults on and off, sets limits, shows counts.

In: JSON from a test or a demonstration on the same machine. Out: JSON.
Never: answers anybody else unless ``SANDBOX_CONTROL`` is on.
"""
