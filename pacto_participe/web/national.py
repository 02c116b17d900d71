"""The national sign-in: what the platform asks of a provider, and how it is found when it is set up.

Switched off, nothing of OpenID Connect is loaded. The flow itself is in openid.py.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from pacto_participe.kernel.clock import Clock
from pacto_participe.settings import Settings

NATIONAL = "national"  # where the application keeps its provider, in Web.extras
EXTRA_MISSING = (
    "the national sign-in is switched on (PACTO_NATIONAL_SIGN_IN), and its packages are not installed: "
    "pip install 'pacto-participe[oidc]'"
)


@dataclass(frozen=True, slots=True, repr=False)
class Ties:
    """What ties one sign-in to one browser: sent to the provider, and expected back from it.

    `verifier` is told to the provider only with the code (PKCE): who steals a code has no use of it.
    """

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True, slots=True, repr=False)
class Proved:
    """What the State says of who signed in, as text; "" for what it does not say. Kept nowhere."""

    card: str
    birth_date: str


class Provider(Protocol):
    """Says who somebody is. Each raises ProviderDown when it does not answer."""

    async def address(self, ties: Ties, *, language: str) -> str:
        """Where the browser goes to sign in. Raises ProviderUntrue."""
        ...

    async def look(self) -> None:
        """Whether it is there and is who it should be. Raises ProviderUntrue."""
        ...

    async def proved(self, ties: Ties, code: str, issuer: str) -> Proved:
        """What the code that came back stands for; `issuer` is who says to have sent it, or "".

        Raises ProviderUntrue for an answer that is not to be believed.
        """
        ...


class ProviderMissing(Exception):
    """The settings ask for the national sign-in, and it cannot be begun here."""


class ProviderDown(Exception):
    """The provider does not answer."""


class ProviderUntrue(Exception):
    """The provider's answer does not hold. The text says which check failed, never what was in it."""


def make_provider(settings: Settings, clock: Clock) -> Provider | None:
    """The provider of this installation, or None while it is switched off. Raises ProviderMissing."""
    if not settings.national_sign_in:
        return None
    try:
        # By name, since its packages are an extra that an installation without it does not have.
        openid = import_module("pacto_participe.web.openid")
    except ModuleNotFoundError as error:
        raise ProviderMissing(EXTRA_MISSING) from error
    provider: Provider = openid.OpenIdProvider(settings, client_secret(settings), clock)
    return provider


def client_secret(settings: Settings) -> str:
    """The secret that the provider gave to this installation. Raises ProviderMissing."""
    file = settings.national_client_secret_file
    if file is None:
        return settings.national_client_secret.get_secret_value()
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ProviderMissing(f"PACTO_NATIONAL_CLIENT_SECRET_FILE: {error.strerror}") from error
