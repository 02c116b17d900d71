"""What the ballots give each option: votes, points, or points for its rank."""

from pacto_participe.voting.domain import Parameters, Profile, Score


def scores(profile: Profile, parameters: Parameters, votes: tuple[int, ...]) -> tuple[int, ...]:
    """One whole number for each option, whose `votes` the profile gave. Time as theirs, or none."""
    match parameters.score:
        case Score.VOTES:
            return votes
        case Score.POINTS:
            return points(profile, votes)
        case Score.BORDA:
            top = len(votes) if parameters.borda_top is None else parameters.borda_top
            return borda(profile, top, len(votes))


def points(profile: Profile, votes: tuple[int, ...]) -> tuple[int, ...]:
    """The sum of all marks; a ballot without marks gives 1 to each option it names: its votes."""
    if profile.marks is None:
        return votes
    totals = [0] * len(votes)
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
