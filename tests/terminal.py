"""Commands, typed on the machine of an installation."""

import pytest

from pacto_participe.settings import Settings


def commands_work_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed from here on reads this database and these keys."""
    monkeypatch.setenv("PACTO_MODE", "test")
    monkeypatch.setenv("PACTO_DATABASE_URL", settings.database)
    monkeypatch.setenv("PACTO_SECRETS_DIR", str(settings.secrets))
