"""The recount: a page that counts in the visitor's browser, and the same as one file for the disk."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from pacto_participe import __version__
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.pages.one_script import one_script
from pacto_participe.web import i18n
from pacto_participe.web.templating import Templates

FILES_COUNTED = ("SHA256SUMS", "manifest.json", "result.json", "projects.csv", "ballots.csv")
SCRIPTS = "js/recount"
STYLESHEET = "css/recount-alone.css"


@dataclass(frozen=True, slots=True)
class RecountPage:
    """`size`: kilobytes of the files that the browser fetches, before they are compressed."""

    template: ClassVar[str] = "voting/recount.html"

    charter: Charter
    size: int
    phone: str


@dataclass(frozen=True, slots=True)
class RecountFile:
    """The page for the disk. `policy`: what it may do, and nothing else may: its own script and style."""

    template: ClassVar[str] = "voting/recount_alone.html"

    lang: str
    dir: str
    policy: str
    names: str
    software: str
    is_demo: bool  # made by a demonstration: what it came with is not official


def render_recount_file(templates: Templates, static: Path, *, is_demo: bool = False) -> str:
    """One HTML file with everything in it, in the language of the request. The same bytes each time."""
    script = _script(static)
    style = (static / STYLESHEET).read_text(encoding="utf-8")
    language = i18n.written()
    page = RecountFile(
        lang=language.code,
        dir=language.direction,
        policy=f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; "
        "worker-src blob:; base-uri 'none'; form-action 'none'",
        names=", ".join(FILES_COUNTED),
        software=f"pacto-participe {__version__}",
        is_demo=is_demo,
    )
    html = templates.page(page.template, page=page)
    # Put in here and not in the template: pages that are served hold neither style nor script.
    html = html.replace("</head>", f"<style>{style}</style>\n</head>", 1)
    return html.replace("</body>", f"<script>{script}</script>\n</body>", 1)


@cache
def _script(static: Path) -> str:
    return one_script(static / SCRIPTS, "alone.js")


def _source(text: str) -> str:
    """The fingerprint by which a policy names an element's text."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
