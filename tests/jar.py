"""The jar's three ways to decide, worked out once more by hand."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from workshop.kinds.estimate import Estimate


def worked_out(jar: Estimate, cells: Iterable[str]) -> dict[str, str]:
    """What each way to decide makes of these answers ("sure-off"), in the sentences that the room reads: person by person."""
    at = {off.key: Fraction(off.at, 100) for off in jar.off}
    people = [tuple(cell.split("-")) for cell in cells]
    votes = {sure.key: sure.votes for sure in jar.sure}
    shares = {
        "leader": Fraction(jar.leader.number, jar.beads),
        "average": sum(at[off] for _, off in people) / len(people),
        "weighted": sum(votes[sure] * at[off] for sure, off in people) / sum(votes[sure] for sure, _ in people),
    }
    names = {"leader": f"{jar.leader.name} leads", "average": "Everyone counts the same", "weighted": "People who had an idea count more"}
    said = {}
    for rule, share in shares.items():
        percent = round(100 * share)
        number = jar.leader.number if rule == "leader" else f"about {round(Fraction(jar.beads * percent, 1000)) * 10}"
        off = "Exactly right." if percent == 100 else f"{abs(percent - 100)} % too {'low' if percent < 100 else 'high'}."
        said[rule] = f"{names[rule]}: {number}. {off}"
    lot = round(100 * sum(abs(at[off] - 1) for _, off in people) / len(people))
    return said | {"lot": f"One of us, picked at random: {lot} % off, on the whole."}
