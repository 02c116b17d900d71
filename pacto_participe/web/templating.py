"""The Jinja environment: synchronous, escaping, strict about undefined names.

A template sees `page`, `site` and the globals below; everything is loaded before it is rendered.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Context
from jinja2_fragments import render_block
from markupsafe import Markup, escape

from pacto_participe.kernel.languages import Texts
from pacto_participe.web import formats, i18n
from pacto_participe.web.aloud import aloud
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.icons import read_icons
from pacto_participe.web.static_files import top_level

DEMONSTRATION = _(
    "Demonstration: nothing here is official."
)  # first on its pages, and on its paper

_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One of the four names at the top of each page."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class SiteCollectivity:
    """The town whose page this is, as the top of the page shows it."""

    name: str
    slug: str
    url: str
    phone: str = ""
    tagline: str = ""
    mark: str = "mark"
    cndp_number: str = ""
    counter: Texts | None = None
    hours: Texts | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What every page shows around its own content."""

    lang: str
    dir: str
    written_lang: str
    languages: tuple[LanguageLink, ...]
    path: str
    home_url: str
    base_url: str
    source_url: str
    collectivity: SiteCollectivity | None = None
    is_demo: bool = False
    is_signed_in: bool = False
    menu: tuple[tuple[str, str], ...] = ()
    desk: str = ""  # the slug of the town, on a shared device at a polling desk


def term(message: str) -> Markup | str:
    """An interface word: in Amazigh when a verified term exists, marked as such; else translated."""
    amazigh = i18n.amazigh_term(message)
    if amazigh is None:
        return i18n.gettext(message)
    return Markup('<bdi lang="zgh">{}</bdi>').format(amazigh)


def told(texts: Texts) -> Markup:
    """What someone wrote; marked and set apart when it is in another language than the page.

    Not set apart otherwise: browsers do not look into <bdi> for the direction of dir="auto".
    """
    text, lang = texts.in_language(i18n.written().code)
    if lang == i18n.written().code:
        return escape(text)
    return Markup('<bdi lang="{}">{}</bdi>').format(lang, text)


def told_plain(texts: Texts) -> str:
    """The same as bare text, for titles and attributes."""
    return texts.in_language(i18n.written().code)[0]


def gettext(message: str, **values: Any) -> Markup:
    """A message with its values, which are escaped: the message itself may hold markup.

    As Jinja's own, at a third of its cost: a page of a hundred projects says some six hundred.
    """
    return _filled(i18n.gettext(message), values)


def ngettext(singular: str, plural: str, num: int, **values: Any) -> Markup:
    """The form for this number, which the message may name itself: %(num)s."""
    return _filled(i18n.ngettext(singular, plural, num), {"num": num, **values})


def _filled(message: str, values: dict[str, Any]) -> Markup:
    return Markup(message % {name: escape(value) for name, value in values.items()})  # noqa: S704  ours


def ltr(code: str) -> Markup:
    """A code, a number or an address inside a sentence: read from left to right in any language."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(code)


def paragraphs(text: str) -> list[str]:
    """Plain text in paragraphs, as residents type them."""
    return [part.strip() for part in _PARAGRAPHS.split(text) if part.strip()]


class PlainCalls(Context):
    """Calls what a template calls, and asks it nothing: none of ours wants to be given the context.

    Jinja looks for that wish at each of the fifteen calls that a card of a project makes.
    """

    def call(self, called: Callable[..., Any], /, *args: Any, **values: Any) -> Any:
        values.pop("_block_vars", None)
        values.pop("_loop_vars", None)
        return called(*args, **values)


class Templates:
    """Renders pages and their blocks. With `compiled`, what Jinja made of them is kept there."""

    def __init__(
        self,
        directory: Path,
        *,
        url: Callable[..., str],
        static: Callable[[str], str],
        compiled: BytecodeCache | None = None,
    ) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(directory),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=compiled,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        self.environment.context_class = PlainCalls
        self.environment.newstyle_gettext = True  # type: ignore[attr-defined]  # of the extension
        self.environment.globals.update(
            _=gettext,
            gettext=gettext,
            ngettext=ngettext,
            url=url,
            static=static,
            icon=read_icons(top_level("static") / "img" / "icons.svg"),
            term=term,
            ltr=ltr,
            told=told,
            told_plain=told_plain,
            number=formats.number,
            money=formats.money,
            percent=formats.percent,
            percent_of=formats.percent_of,
            day=formats.day,
            short_day=formats.short_day,
            weekday=formats.weekday,
            month=formats.month,
            short_month=formats.short_month,
            year=formats.year,
            hour=formats.hour,
            moment=formats.moment,
            exact_moment=formats.exact_moment,
            days=formats.days,
        )
        self.environment.filters["paragraphs"] = paragraphs
        self.environment.filters["aloud"] = aloud

    def page(self, template: str, **context: Any) -> str:
        """The whole page."""
        return self.environment.get_template(template).render(**context)

    def pieces(self, template: str, **context: Any) -> Iterator[str]:
        """The whole page as it is made, for one too long to be held at once."""
        stream = self.environment.get_template(template).stream(**context)
        stream.enable_buffering(500)
        return iter(stream)

    def fragment(self, template: str, block: str, **context: Any) -> str:
        """One block of the page, for a swap in place."""
        return render_block(self.environment, template, block, **context)
