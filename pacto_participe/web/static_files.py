"""Static files under a name that changes with their content, so that browsers may keep them for ever."""

import gzip
import hashlib
import mimetypes
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOR_EVER = "public, max-age=31536000, immutable"  # of what has another address when it changes
_FINGERPRINT = re.compile(r"\.([0-9a-f]{12})(\.[a-z0-9]+)$")
_PACKED = (".css", ".js", ".svg")
_CSS_URL = re.compile(r"url\((['\"]?)(\.\./[^)'\"]+)\1\)")


def top_level(name: str) -> Path:
    """`templates`, `static` or `docs/rules`: of a checkout if there is one, else of the package."""
    package = Path(__file__).parent.parent
    checkout = package.parent / name
    return checkout if checkout.is_dir() else package / f"_{name}"


class FingerprintedFiles(StaticFiles):
    """Serves css/pacto.0123456789ab.css as css/pacto.css, for ever; and the plain name briefly."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self.root = directory
        self._names: dict[str, str] = {}
        self._texts: dict[str, tuple[bytes, bytes]] = {}

    def url(self, path: str) -> str:
        """The fingerprinted address of a file. Raises FileNotFoundError."""
        if path not in self._names:
            digest = hashlib.sha256(self.content(path)).hexdigest()[:12]
            stem, dot, suffix = path.rpartition(".")
            self._names[path] = f"/static/{stem}.{digest}{dot}{suffix}"
        return self._names[path]

    def content(self, path: str) -> bytes:
        """The file; in a stylesheet, the addresses of fonts and images are fingerprinted too."""
        content = (self.root / path).read_bytes()
        if not path.endswith(".css"):
            return content

        def fingerprinted(found: re.Match[str]) -> str:
            return f'url("{self.url(found[2].removeprefix("../"))}")'

        return _CSS_URL.sub(fingerprinted, content.decode()).encode()

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Kept for a year when the fingerprint matches, 404 when it names other content."""
        found = _FINGERPRINT.search(path)
        if not found:
            response = await super().get_response(path, scope)
            response.headers["Cache-Control"] = "public, max-age=300"
            return response
        plain = _FINGERPRINT.sub(r"\2", path)
        if plain not in self._names and not self._is_ours(plain):
            raise HTTPException(404)
        known = self.url(plain)
        if not known.endswith(f".{found[1]}{found[2]}"):
            raise HTTPException(404)
        if plain.endswith(_PACKED):
            response = self._text(plain, packs=accepts_gzip(scope))
        else:
            response = await super().get_response(plain, scope)
        response.headers["Cache-Control"] = FOR_EVER
        return response

    def _is_ours(self, path: str) -> bool:
        """Whether a path from outside names a file in the folder: `..` would lead out of it."""
        try:
            file = (self.root / path).resolve()
            return file.is_relative_to(self.root.resolve()) and file.is_file()
        except (OSError, ValueError):  # a name that is too long, or holds a zero
            return False

    def _text(self, path: str, *, packs: bool) -> Response:
        """A text file, compressed once for those who read gzip: a quarter of the bytes."""
        if path not in self._texts:
            content = self.content(path)
            self._texts[path] = (content, gzip.compress(content, 9, mtime=0))
        content, packed = self._texts[path]
        headers = {"Vary": "Accept-Encoding"}
        if packs:
            headers["Content-Encoding"] = "gzip"
        media_type = mimetypes.guess_type(path)[0]
        return Response(packed if packs else content, media_type=media_type, headers=headers)


def accepts_gzip(scope: Scope) -> bool:
    """Whether the browser reads gzip."""
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
