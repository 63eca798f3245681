"""Benchmarks: each against its peer or its bound, measured in the same run.

``python -m benchmarks NAME [--json]``. One module per benchmark, all of one shape: ``GOALS`` and
``run() -> dict`` of figures. Never: a figure that was not measured in this run.
"""
