"""Settings: read once from PACTO_* (or a .env-style file), then passed as an argument.

Each field is described in docs/settings.md; a test compares the two.
"""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Mode = Literal["production", "demo", "test"]
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Settings(BaseSettings):
    """Everything an operator can set. Frozen: nothing changes while the server runs."""

    model_config = SettingsConfigDict(
        env_prefix="PACTO_", env_file=None, frozen=True, extra="ignore"
    )

    mode: Mode = "production"
    data_dir: Path = Path("var")
    database_url: str = ""
    secrets_dir: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    mail_url: str = ""
    sms_url: str = ""
    trusted_proxies: str = ""
    source_url: str = "https://example.org/pacto-participe"
    page_cache_seconds: int = Field(default=1, ge=0, le=60)
    session_days: int = Field(default=30, ge=1, le=365)
    people_per_phone: int = Field(default=4, ge=1, le=20)
    retention: str = ""
    national_sign_in: bool = False
    national_issuer: str = ""
    national_client_id: str = ""
    national_client_secret: SecretStr = SecretStr("")
    national_client_secret_file: Path | None = None
    national_scope: str = "openid profile"
    national_card_claim: str = "cnie"
    national_birth_date_claim: str = "birthdate"

    @model_validator(mode="after")
    def _refuse_an_unfinished_production(self) -> Self:
        """Production starts only when every setting that a demonstration can do without is given."""
        if self.mode == "production":
            missing = [
                f"PACTO_{name.upper()}"
                for name in ("database_url", "secrets_dir", "base_url", "mail_url", "sms_url")
                if name not in self.model_fields_set
            ]
            if missing:
                raise ValueError(
                    f"missing in production: {', '.join(missing)} (see docs/settings.md, or run "
                    "the demonstration, which needs none)"
                )
            if not self.base_url.startswith("https://"):
                raise ValueError("PACTO_BASE_URL must begin with https:// in production")
        return self

    @model_validator(mode="after")
    def _refuse_an_unfinished_national_sign_in(self) -> Self:
        """Switched on, it must be whole: a provider that anyone on the way could play is none."""
        if not self.national_sign_in:
            return self
        missing = [
            f"PACTO_{name.upper()}"
            for name in ("national_issuer", "national_client_id", "national_client_secret")
            if not getattr(self, name)
            and not (name == "national_client_secret" and self.national_client_secret_file)
        ]
        if missing:
            raise ValueError(f"missing for the national sign-in: {', '.join(missing)}")
        issuer = urlsplit(self.national_issuer)
        is_tried_here = issuer.hostname in THIS_MACHINE and not self.is_production
        if issuer.scheme != "https" and not (issuer.scheme == "http" and is_tried_here):
            raise ValueError("PACTO_NATIONAL_ISSUER must begin with https://")
        if not issuer.hostname or issuer.query or issuer.fragment or issuer.username:
            raise ValueError("PACTO_NATIONAL_ISSUER must be the bare address of the provider")
        return self

    @property
    def database(self) -> str:
        """The database URL, by default a SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'pacto.db'}"

    @property
    def secrets(self) -> Path:
        """The directory of keys, never inside the database or its backups."""
        return self.secrets_dir or self.data_dir / "secrets"

    @property
    def is_secure(self) -> bool:
        """Whether residents come over HTTPS, so that cookies can be bound to it."""
        return self.base_url.startswith("https://")

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def is_production(self) -> bool:
        return self.mode == "production"
