"""Static files under a name that changes with their content, so that browsers may keep them for ever."""

import hashlib
import re
from functools import cached_property
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FINGERPRINT = re.compile(r"\.([0-9a-f]{12})(\.[a-z0-9]+)$")
_CSS_URL = re.compile(r"url\((['\"]?)(\.\./[^)'\"]+)\1\)")


def top_level(name: str) -> Path:
    """`templates` or `static`: of a checkout when there is one, else those shipped in the package."""
    package = Path(__file__).parent.parent
    checkout = package.parent / name
    return checkout if checkout.is_dir() else package / f"_{name}"


class FingerprintedFiles(StaticFiles):
    """Serves css/pacto.0123456789ab.css as css/pacto.css, for ever; and the plain name briefly."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self.root = directory
        self._names: dict[str, str] = {}

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

    @cached_property
    def _sheets(self) -> dict[str, bytes]:
        return {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Kept for a year when the fingerprint matches, 404 when it names other content."""
        found = _FINGERPRINT.search(path)
        if not found:
            response = await super().get_response(path, scope)
            response.headers["Cache-Control"] = "public, max-age=300"
            return response
        plain = _FINGERPRINT.sub(r"\2", path)
        try:
            known = self.url(plain)
        except FileNotFoundError:
            raise HTTPException(404) from None
        if not known.endswith(f".{found[1]}{found[2]}"):
            raise HTTPException(404)
        if plain.endswith(".css"):
            if plain not in self._sheets:
                self._sheets[plain] = self.content(plain)
            response = Response(self._sheets[plain], media_type="text/css")
        else:
            response = await super().get_response(plain, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
