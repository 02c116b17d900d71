"""Draws the icons of static/img/icons.svg where a template asks for them."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Icon:
    """One drawing of the set: the markup inside its symbol, and what the eye sees."""

    name: str
    drawing: str
    draws: tuple[str, ...]
    mirrors: bool


class Icons:
    """The set, called from templates as `icon("pin")`.

    Each icon is drawn where it is used instead of once in a sprite: compressed, a page of 100
    projects weighs the same either way, and a fragment of a page carries all that it shows.
    """

    def __init__(self, icons: tuple[Icon, ...]) -> None:
        self.all = icons
        self._markup = {icon.name: _markup(icon) for icon in icons}

    def __call__(self, name: str) -> Markup:
        """Raise LookupError for an icon that nobody drew."""
        try:
            return self._markup[name]
        except KeyError:
            known = ", ".join(sorted(self._markup))
            raise LookupError(
                f'No icon "{name}" in static/img/icons.svg. Draw it there, or use one of: {known}.'
            ) from None

    @property
    def pictograms(self) -> tuple[str, ...]:
        """Names a project may use for its tile."""
        return tuple(icon.name for icon in self.all if icon.name.startswith("p-"))


def read_icons(path: Path) -> Icons:
    """Read the set once, when the templates are set up."""
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314  our own file
    return Icons(tuple(_read(symbol) for symbol in root.iter(f"{SVG}symbol")))


def _read(symbol: ElementTree.Element) -> Icon:
    shapes = "".join(ElementTree.tostring(shape, encoding="unicode") for shape in symbol)
    drawing = shapes.replace("ns0:", "").replace(' xmlns:ns0="http://www.w3.org/2000/svg"', "")
    return Icon(
        name=symbol.attrib["id"],
        drawing="".join(line.strip() for line in drawing.replace(" />", "/>").splitlines()),
        draws=tuple(word.strip() for word in symbol.attrib["data-draws"].split(",")),
        mirrors="data-mirror" in symbol.attrib,
    )


def _markup(icon: Icon) -> Markup:
    """The words beside an icon carry its meaning, so screen readers skip the drawing."""
    classes = "i flip" if icon.mirrors else "i"
    return Markup(  # noqa: S704 - our own drawings, no one else's text
        f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true">{icon.drawing}</svg>'
    )
