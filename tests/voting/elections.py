"""Small elections written so that a reader can follow them."""

from pacto_participe.voting.domain import Election, Option, Profile, Reading


def election(budget: int, /, **costs: int) -> Election:
    """Options named by keyword, in official order; amounts are whole units of one currency."""
    options = tuple(Option(name, cost) for name, cost in costs.items())
    return Election(options, budget, units_per_currency=1)


def approvals(asked: Election, *ballots: tuple[int, str]) -> Profile:
    """(how many, "a c") for so many ballots that tick a and c; "" is a blank ballot."""
    indexes = asked.indexes()
    return Profile.grouped(
        Reading.APPROVALS,
        [(tuple(indexes[name] for name in names.split()), None, n) for n, names in ballots],
    )


def rankings(asked: Election, *ballots: tuple[int, str]) -> Profile:
    """(how many, "c a") for so many ballots with c first and a second."""
    indexes = asked.indexes()
    return Profile.grouped(
        Reading.RANKING,
        [(tuple(indexes[name] for name in names.split()), None, n) for n, names in ballots],
    )


def pointed(asked: Election, *ballots: tuple[int, dict[str, int]]) -> Profile:
    """(how many, {"a": 7, "c": 3}) for so many ballots with these points."""
    indexes = asked.indexes()
    return Profile.grouped(
        Reading.POINTS,
        [
            (tuple(indexes[name] for name in points), tuple(points.values()), n)
            for n, points in ballots
        ],
    )


def names(asked: Election, indexes: tuple[int, ...]) -> str:
    """ "a c" for these options."""
    return " ".join(asked.options[index].id for index in indexes)
