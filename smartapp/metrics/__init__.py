"""Figures for operations, as Prometheus reads them, at ``/metrics``.

In: counts that any of our processes made, and figures that other rooms read from the database when
asked. Out: text for whoever brings the token. Never: a patient, a person, or what anybody did.
"""

from smartapp.metrics.gauges import Figure, register

__all__ = ["Figure", "register"]
