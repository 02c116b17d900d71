"""What every counting rule offers."""

from typing import Protocol

from pacto_participe.voting.domain import Election, Outcome, Parameters, Profile, Reading


class VotingRule(Protocol):
    """Pure: the same election, ballots, parameters and lot give the same outcome."""

    @property
    def name(self) -> str:
        """Its name in the registry, in Parameters.rule and in docs/rules/<name>.md."""

    @property
    def readings(self) -> frozenset[Reading]:
        """The ballots that it can count."""

    def count(
        self, election: Election, profile: Profile, parameters: Parameters, *, lot: str | None
    ) -> Outcome:
        """Count one pot. `lot` is the public seed, or None while it is not known."""
