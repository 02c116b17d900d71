"""Settings: read once from PACTO_* (or a .env-style file), then passed as an argument.

Each field is described in docs/settings.md; a test compares the two.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Mode = Literal["production", "demo", "test"]


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
