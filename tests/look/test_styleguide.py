"""The look on one page is there for whoever works on it, and not for residents."""

from pathlib import Path

import pytest

from pacto_participe.app import create_app
from pacto_participe.settings import Settings
from tests.pages import Browser

PRODUCTION = {
    "mode": "production",
    "base_url": "https://vote.example.ma",
    "mail_url": "smtp://localhost",
    "sms_url": "https://gateway.example.ma",
}


@pytest.mark.parametrize(
    ("settings", "status"), [({"mode": "test"}, 200), ({"mode": "demo"}, 200), (PRODUCTION, 404)]
)
async def test_the_styleguide_is_off_in_production(
    sqlite_url: str, tmp_path: Path, settings: dict[str, str], status: int
) -> None:
    given = {"database_url": sqlite_url, "secrets_dir": tmp_path / "keys", "data_dir": tmp_path}
    app = create_app(Settings.model_validate({**given, **settings}), background=False)

    async with app.router.lifespan_context(app):
        browser = Browser(app)
        for path in ("/fr/styleguide", "/ar/styleguide/ballot"):
            # Not proofread: its links are samples and lead nowhere.
            assert (await browser.http.get(path)).status_code == status
