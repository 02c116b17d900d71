"""An address for whoever has no link to press: as a square code (QR, ISO/IEC 18004), and in clear."""

from urllib.parse import urlsplit

from markupsafe import Markup


def square_code(text: str, *, mask: int | None = None) -> Markup:
    """The drawing as SVG without a size, as wide as the place it is put in.

    All eight masks are tried and the best is taken unless one is given: that is most of the work, and every
    reader reads any.
    """
    import segno  # here: most servers draw their first code long after their first page

    drawn = segno.make(text, error="m", mask=mask, micro=False)
    return Markup(drawn.svg_inline(scale=4, border=0, omitsize=True))  # noqa: S704  drawn by segno


def in_clear(link: str) -> str:
    """The address as people type it."""
    return urlsplit(link)._replace(scheme="").geturl().lstrip("/")
