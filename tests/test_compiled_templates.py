"""What Jinja makes of the templates outlives the process, and never stands in the way of a page."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from pacto_participe.web import compiled_templates
from pacto_participe.web.compiled_templates import FOLDER, CompiledTemplates


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "page.html").write_text("Budget", encoding="utf-8")
    return folder


def shown(pages: Path, data: Path) -> tuple[str, bool]:
    """The page of a process that starts now, and whether Jinja had to compile it."""
    compiled = []

    class Watched(Environment):
        def _compile(self, source: str, filename: str):
            compiled.append(filename)
            return super()._compile(source, filename)

    environment = Watched(loader=FileSystemLoader(pages), bytecode_cache=CompiledTemplates(data))
    return environment.get_template("page.html").render(), bool(compiled)


def test_the_second_start_compiles_nothing(pages: Path, tmp_path: Path):
    first, second = shown(pages, tmp_path), shown(pages, tmp_path)

    assert (first, second) == (("Budget", True), ("Budget", False))


def test_a_changed_template_is_compiled_again(pages: Path, tmp_path: Path):
    shown(pages, tmp_path)
    (pages / "page.html").write_text("Vote", encoding="utf-8")

    assert shown(pages, tmp_path) == ("Vote", True)


def test_other_settings_of_jinja_compile_everything_again(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shown(pages, tmp_path)
    monkeypatch.setattr(compiled_templates, "SETTINGS", Path(__file__))

    assert shown(pages, tmp_path) == ("Budget", True)


def test_nobody_else_may_write_what_a_server_runs(pages: Path, tmp_path: Path):
    shown(pages, tmp_path)

    assert (tmp_path / FOLDER).stat().st_mode & 0o077 == 0


def test_a_page_is_shown_where_nothing_can_be_kept(pages: Path, tmp_path: Path):
    not_a_folder = tmp_path / "file"
    not_a_folder.write_text("", encoding="utf-8")

    assert shown(pages, not_a_folder) == ("Budget", True)
