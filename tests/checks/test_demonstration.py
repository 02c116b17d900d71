"""A demonstration touches nothing real, and nothing real runs on a demonstration."""

from pathlib import Path

import pytest
from anyio import to_thread
from click.testing import CliRunner

from pacto_participe.cli import server
from pacto_participe.cli.demo import MARK, demo, demo_settings
from pacto_participe.consultations.services import publish_consultation
from tests.town import LiveSite, announce


def test_the_settings_of_an_installation_are_not_those_of_its_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACTO_DATABASE_URL", "postgresql://town@localhost/town")
    monkeypatch.setenv("PACTO_SECRETS_DIR", "/srv/pacto/keys")
    monkeypatch.setenv("PACTO_SMS_URL", "https://gateway.example.ma")

    settings = demo_settings(tmp_path, 8000)

    assert settings.database == f"sqlite:///{tmp_path / 'pacto.db'}"
    assert settings.secrets == tmp_path / "secrets"
    assert settings.sms_url == ""


def test_a_folder_with_other_things_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "pacto.db").write_text("a town's ballots", encoding="utf-8")

    said = CliRunner().invoke(demo, ["--data", str(tmp_path), "--only-data", "--port", "1"])

    assert said.exit_code == 2
    assert "holds other things" in said.output
    assert (tmp_path / "pacto.db").read_text(encoding="utf-8") == "a town's ballots"
    assert not (tmp_path / MARK).exists()


@pytest.mark.parametrize("command", [server.serve, server.work])
async def test_production_does_not_run_on_the_data_of_a_demonstration(
    site: LiveSite, monkeypatch: pytest.MonkeyPatch, command: object
) -> None:
    real = await announce(site, opens_at=site.clock.now())
    async with site.work() as uow:
        await publish_consultation(
            uow,
            collectivity_id=real.collectivity_id,
            kind="participatory-budget",
            slug="demo",
            title=real.title,
            summary=real.title,
            budget_cents=100,
            stages=real.stages,
            is_demo=True,
        )
    for name, value in {
        "MODE": "production",
        "DATABASE_URL": site.web.settings.database,
        "SECRETS_DIR": str(site.web.settings.secrets),
        "BASE_URL": "https://participation.example.ma",
        "MAIL_URL": "smtps://mail.example.ma",
        "SMS_URL": "https://sms.example.ma",
    }.items():
        monkeypatch.setenv(f"PACTO_{name}", value)

    said = await to_thread.run_sync(lambda: CliRunner().invoke(command, []))

    assert said.exit_code == 2
    assert "made by `demo`" in said.output
