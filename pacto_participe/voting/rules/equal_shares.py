"""Method of Equal Shares: every voter steers the same share of the budget.

Each voter owns budget / ballots. Round by round the project is funded whose supporters pay least
for what they gain, each at most what he has left; it ends when no project's supporters can pay for
it. Then, if asked: everyone's share is raised step by step until the outcome would overspend (Add1),
the rest is spent by most votes (completion), and the outcome yields to that of most votes if more
voters prefer it (comparison).

Source: Peters, Pierczyński, Skowron, "Proportional Participatory Budgeting with Additive
Utilities", 2021; parameters: equalshares.net.
"""

from dataclasses import dataclass

from pacto_participe.voting.domain import Election, Outcome, Parameters, Profile, Reading


@dataclass(frozen=True, slots=True)
class EqualShares:
    """A voter's gain from a funded option is his liking, times its cost under cost utilities.

    His liking is 1 if he voted for it (score votes), his points (score points), or the points of
    its place in his ranking (score borda).
    """

    name: str = "equal-shares"
    readings: frozenset[Reading] = frozenset(Reading)

    def count(
        self, election: Election, profile: Profile, parameters: Parameters, *, lot: str | None
    ) -> Outcome:
        """Exact. Money in numbers is in units, as Fractions. Time grows with the rounds and the
        marks on different ballots, for each share tried. Raises ValueError when the likings of
        all ballots sum to 2**53 or more.
        """
        # Only a count needs numpy: 20 MB and a tenth of the start of a server that serves pages.
        from pacto_participe.voting.rules.equal_shares_hall import count_in_hall

        return count_in_hall(election, profile, parameters, lot)


EQUAL_SHARES = EqualShares()
