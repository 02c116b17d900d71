"""What the ballots give each option: votes, points, or points for its rank."""

from pacto_participe.voting.domain import Parameters, Profile, Score


def scores(profile: Profile, parameters: Parameters, option_count: int) -> tuple[int, ...]:
    """One whole number for each option. Time grows with the marks on different ballots."""
    match parameters.score:
        case Score.VOTES:
            return profile.votes(option_count)
        case Score.POINTS:
            return points(profile, option_count)
        case Score.BORDA:
            top = option_count if parameters.borda_top is None else parameters.borda_top
            return borda(profile, top, option_count)


def points(profile: Profile, option_count: int) -> tuple[int, ...]:
    """The sum of all marks; a ballot without marks gives 1 to each option it names."""
    if profile.marks is None:
        return profile.votes(option_count)
    totals = [0] * option_count
    for row, marks, weight in zip(profile.rows, profile.marks, profile.weights, strict=True):
        for index, mark in zip(row, marks, strict=True):
            totals[index] += mark * weight
    return tuple(totals)


def borda(profile: Profile, top: int, option_count: int) -> tuple[int, ...]:
    """The first choice gives `top` points, each next one less, never below 0.

    Short rankings count from the top too: a ballot with one choice gives it `top` points.
    """
    totals = [0] * option_count
    for row, weight in zip(profile.rows, profile.weights, strict=True):
        for place, index in enumerate(row[:top]):
            totals[index] += (top - place) * weight
    return tuple(totals)
