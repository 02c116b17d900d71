"""What a method of verifying residence says of itself."""

from dataclasses import dataclass

from pacto_participe.accounts.domain.people import Method


@dataclass(frozen=True, slots=True)
class ResidenceMethod:
    """One way to be verified. Its words for residents are in templates/accounts/methods/<name>.html.

    `is_self_service`: a resident can use it on the page "Can I vote?" without anyone of the commune.
    """

    method: Method
    is_self_service: bool = False

    @property
    def name(self) -> str:
        return self.method.value
