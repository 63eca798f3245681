"""What a share of so many trials says of the share of all of them."""

from math import exp, lgamma, log, log1p, sqrt

_Z = 1.959963984540054  # the standard normal's 97.5 % point: two-sided 95 %


def wilson(found: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of ``found`` in ``trials``, as shares of 1; (0, 1) for no trials.

    Wilson 1927, J Am Stat Assoc 22:209. It keeps its level where the share is near 0 or 1 and the
    trials are few (Brown, Cai, DasGupta 2001, Stat Sci 16:101), as here.
    """
    if not trials:
        return 0.0, 1.0
    share, z2 = found / trials, _Z * _Z
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = _Z * sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def upper_bound(found: int, trials: int, *, level: float = 0.95) -> float:
    """The exact one-sided bound: no share above it gives as few as ``found`` but by chance.

    Clopper and Pearson 1934, Biometrika 26:404. As a share of 1; 1 for no trials. By it, 0 in 299,
    1 in 473 and 3 in 773 are each at most 1 in 100.
    """
    if found >= trials:
        return 1.0
    low, high = found / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(found, trials, middle) > 1 - level:
            low = middle
        else:
            high = middle
    return high


def _at_most(found: int, trials: int, share: float) -> float:
    """The chance of ``found`` or fewer in ``trials``."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    return sum(exp(_log_chance(count, trials, share)) for count in range(found + 1))


def _log_chance(count: int, trials: int, share: float) -> float:
    ways = lgamma(trials + 1) - lgamma(count + 1) - lgamma(trials - count + 1)
    return ways + count * log(share) + (trials - count) * log1p(-share)
