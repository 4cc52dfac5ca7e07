"""How well the lines of a scale hang together, in an invented group: Cronbach's alpha and McDonald's omega, with intervals.

alpha = k/(k-1) (1 - sum of the lines' variances / variance of their sum)                             (Cronbach 1951)
omega = (sum of loadings)² / ((sum of loadings)² + sum of own variances), one factor, maximum likelihood   (McDonald 1999)

Alpha's interval is the one of Feldt, Woodruff & Salih (1987), with n - 1 and (n - 1)(k - 1) degrees of freedom; packages
differ in the second. Omega's is a percentile bootstrap. Both are about lines that hang together; neither tells what they are about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

LINES, LEVEL = 6, 0.95
WIDE, LITTLE = 0.3, 0.5  # an interval that says next to nothing; lines that have little in common lie below
RESAMPLES = 1000
STEPS, CLOSE = 60, 1e-6  # of the search for the loadings, and when it has arrived
NOTHING_OF_ITS_OWN = 1e-3  # of a line's variance: less is no answer (a Heywood case)
LEAST_OWN = -12.0  # its logarithm, below which the search does not go
POINTS = 5

Array = NDArray[np.float64]


def alpha(answers: ArrayLike) -> Array:
    """Cronbach's alpha; `answers`: (…, people, lines), turned to one end, nothing missing. NaN where nobody differs."""
    answers = np.asarray(answers, float)
    lines = answers.shape[-1]
    own, whole = answers.var(axis=-2, ddof=1).sum(axis=-1), answers.sum(axis=-1).var(axis=-1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return lines / (lines - 1) * (1 - own / whole)


def feldt(found: ArrayLike, people: int, lines: int, level: float = LEVEL) -> tuple[Array, Array]:
    """Alpha's interval, (from, to), each of the shape of `found`. ValueError for fewer than three people or lines."""
    if min(people, lines) < 3:
        raise ValueError("An interval for alpha needs three people and three lines at least.")
    one, other = people - 1, (people - 1) * (lines - 1)
    low, high = (f_quantile((1 - sign * level) / 2, one, other) for sign in (1, -1))
    miss = 1 - np.asarray(found, float)
    return 1 - miss * high, 1 - miss * low


def f_quantile(share: float, one: float, other: float) -> float:
    """The number below which an F variable with these degrees of freedom (two at least) lies with this probability.

    x = one F / (one F + other) has a beta density; its integral by trapezoids, to about six digits.
    """
    x = np.linspace(0, 1, 40_001)[1:-1]
    log = (one / 2 - 1) * np.log(x) + (other / 2 - 1) * np.log1p(-x)
    density = np.exp(log - log.max())
    below = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2)])
    beta = np.interp(share, below / below[-1], x)
    return float(other * beta / (one * (1 - beta)))


def one_factor(covariance: ArrayLike, steps: int = STEPS) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Loadings and own variances, each (…, lines), of the one-factor model that is most likely, and where it is one.

    By expectation and maximisation (Rubin & Thayer 1982), with the longer strides of Varadhan & Roland (2008), for many
    matrices (…, lines, lines) at once. It is none where the search does not arrive, or where a line keeps no variance of
    its own (a Heywood case).
    """
    given = np.asarray(covariance, float)
    total = np.diagonal(given, axis1=-2, axis2=-1)
    known = np.asarray((total > 0).all(-1))
    given = np.where(known[..., None, None], given, np.eye(given.shape[-1]))
    total = np.diagonal(given, axis1=-2, axis2=-1)
    scale = np.sqrt(total)
    given = given / (scale[..., :, None] * scale[..., None, :])
    now = np.stack([np.full_like(total, 0.7), np.full_like(total, np.log(0.5))])
    moved = np.full(known.shape, np.inf)
    for _ in range(steps):
        once = _likelier(given, now)
        twice = _likelier(given, once)
        first, second = once - now, twice - 2 * once + now
        with np.errstate(divide="ignore", invalid="ignore"):
            stride = np.sqrt((first**2).sum((0, -1)) / (second**2).sum((0, -1)))
        stride = np.where(np.isfinite(stride), np.clip(stride, 1, 50), 1)[..., None]
        now = _likelier(given, now + 2 * stride * first + stride**2 * second)
        moved = np.abs(_likelier(given, now) - now)[0].max(-1)
        if np.all(moved < CLOSE):
            break
    loadings, own = now[0], np.exp(now[1])
    arrived = known & (moved < CLOSE) & (own > NOTHING_OF_ITS_OWN).all(-1)
    return loadings * scale, own * total, arrived


def _likelier(given: Array, now: Array) -> Array:
    """One step of expectation and maximisation, of loadings and the logarithms of own variances, stacked."""
    loadings, own = now[0], np.exp(np.clip(now[1], LEAST_OWN, 5))
    weight = loadings / own
    weight = weight / (1 + (loadings * weight).sum(-1, keepdims=True))  # of each line in the guess at the factor
    shared = np.einsum("...ij,...j->...i", given, weight)
    factor = 1 - (weight * loadings).sum(-1, keepdims=True) + (weight * shared).sum(-1, keepdims=True)
    loadings = shared / factor
    return np.stack([loadings, np.log(np.maximum(1 - loadings * shared, np.exp(LEAST_OWN)))])


def omega(covariance: ArrayLike) -> Array:
    """McDonald's omega of one factor; NaN where there is none."""
    loadings, own, found = one_factor(covariance)
    common = loadings.sum(-1) ** 2
    return np.where(found, common / (common + own.sum(-1)), np.nan)


def covariance(answers: ArrayLike) -> Array:
    """(…, lines, lines) of answers (…, people, lines)."""
    answers = np.asarray(answers, float)
    apart = answers - answers.mean(axis=-2, keepdims=True)
    return np.einsum("...pi,...pj->...ij", apart, apart) / (answers.shape[-2] - 1)


def omega_interval(answers: Array, luck: np.random.Generator, resamples: int = RESAMPLES, level: float = LEVEL) -> tuple[float, float]:
    """Omega's interval by drawing people again with replacement; NaN where more than one draw in twenty has no omega."""
    people = len(answers)
    drawn = answers[luck.integers(people, size=(resamples, people))]
    found = omega(covariance(drawn))
    if np.isnan(found).mean() > 0.05:
        return np.nan, np.nan
    low, high = np.nanquantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def group(people: int, loading: float, luck: np.random.Generator, mood: float = 0.0) -> tuple[Array, Array]:
    """Invented answers from 1 to 5, (people, lines), turned to one end, and how content each is, (people,).

    Each line is `loading` of what it asks about, `mood` of how content a person is with everything, and chance.
    """
    topic, content = luck.standard_normal((2, people))
    rest = np.sqrt(max(0.0, 1 - loading**2 - mood**2))
    lines = loading * topic[:, None] + mood * content[:, None] + rest * luck.standard_normal((people, LINES))
    return np.clip(np.round(3 + lines), 1, POINTS), content


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `people`; `share`, how much of the differences in a line is what it asks about; `nonsense`: the lines ask
    about nothing, and the same share is how content a person is. Labels: alpha, omega, number, from, to.

    Outcomes: wide, some, little, nonsense, chance. Numbers, to a tenth: people, alpha, low, high, and link, the correlation
    of the lines' mean with contentment.
    """
    people, share, nonsense = int(values["people"]), float(values["share"]), bool(values.get("nonsense", False))
    luck, loading = np.random.default_rng([people, round(100 * share), nonsense, seed]), float(np.sqrt(share))
    answers, content = group(people, 0.0 if nonsense else loading, luck, mood=loading if nonsense else 0.0)
    found = {"alpha": float(alpha(answers)), "omega": float(omega(covariance(answers)))}
    low, high = map(float, feldt(found["alpha"], *answers.shape))
    spans = {"alpha": (low, high), "omega": omega_interval(answers, luck)}
    link = float(np.corrcoef(answers.mean(axis=1), content)[0, 1])
    numbers = {"people": str(people), "link": _tenth(link), "alpha": _tenth(found["alpha"]), "low": _tenth(low), "high": _tenth(high)}
    table = [["", *(labels[name] for name in ("number", "from", "to"))]]
    table += [[labels[name], _tenth(found[name]), *map(_tenth, spans[name])] for name in found]
    return Run(_outcome(low, high, nonsense, share), numbers, _figure(found, spans, labels), table)


def _outcome(low: float, high: float, nonsense: bool, share: float) -> str:
    if nonsense:
        return "nonsense" if share else "chance"
    if high < LITTLE:
        return "little"
    return "wide" if high - low > WIDE else "some"


def _tenth(number: float) -> str:
    return "–" if np.isnan(number) else f"{number + 0.0:.1f}".replace("-0.0", "0.0").replace("-", "−")


def _figure(found: Mapping[str, float], spans: Mapping[str, tuple[float, float]], labels: Mapping[str, str]) -> dict[str, Any]:
    """An interval as a line, and across it a short one where the number is; nothing is drawn below -.2."""
    traces = []
    for height, name, style in ((2, "alpha", "bar"), (1, "omega", "second")):
        ends = [max(-0.2, end) for end in spans[name] if not np.isnan(end)]
        at = [] if np.isnan(found[name]) else [max(-0.2, found[name])] * 2
        x, y = [*ends, None, *at], [*[height] * len(ends), None, *[height - 0.25, height + 0.25][: len(at)]]
        traces.append(trace(style, labels[name], x, y, width=6))
    across = {"range": [-0.25, 1.05], "tickvals": [0, 0.5, 1]}
    return figure(traces, across, {"range": [0.4, 2.6], "tickvals": [1, 2], "ticktext": [labels["omega"], labels["alpha"]]}, height=220)
