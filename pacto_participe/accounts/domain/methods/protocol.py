"""What a method of verifying residence says of itself."""

from dataclasses import dataclass

from pacto_participe.accounts.domain.people import Method


@dataclass(frozen=True, slots=True)
class ResidenceMethod:
    """One way to be verified. Its words for residents are in templates/accounts/methods/<name>.html.

    `is_self_service`: a resident can use it on the page "Can I vote?" without anyone of the commune.
    `is_offered`: staff can do their part of it by now; a page promises nothing that nobody can do.
    `needs_provider`: it is offered only where the installation has set up the national sign-in.
    `needs_batch`: offered only where the town has made codes for it; a page promises nothing that
    nobody does.
    """

    method: Method
    is_self_service: bool = False
    needs_batch: bool = False
    is_offered: bool = True
    needs_provider: bool = False

    @property
    def name(self) -> str:
        return self.method.value
