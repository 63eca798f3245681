"""Figures that are read from the database at the moment somebody asks for them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. ``labels`` are words of ours alone, such as a state."""

    name: str
    about: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


Read = Callable[[], Iterable[Figure]]
_reads: list[Read] = []


def register(read: Read) -> None:
    """Have ``read`` called each time that figures are asked for."""
    if read not in _reads:
        _reads.append(read)


class Gauges(Collector):
    """All registered figures, as Prometheus's own library wants them."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read them; families of one name are told once."""
        families: dict[str, GaugeMetricFamily] = {}
        for each in (figure for read in _reads for figure in read()):
            family = families.setdefault(
                each.name, GaugeMetricFamily(each.name, each.about, labels=sorted(each.labels))
            )
            family.add_metric([each.labels[name] for name in sorted(each.labels)], each.value)
        yield from families.values()
