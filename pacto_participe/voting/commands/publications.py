"""Where a publication lies: a folder, a .zip, an address. Nothing is written, little is trusted.

From the network only the names of a publication are asked for, over http or https, and no more than
a set number of bytes is read, packed or not.
"""

import http.client
import io
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol
from urllib.parse import urljoin, urlsplit

from pacto_participe import __version__
from pacto_participe.voting.verification import PUBLISHED_NAMES
from pacto_participe.voting.verification.files import listed_names
from pacto_participe.voting.verification.published import SUMS

MOST_BYTES = 256 * 1024 * 1024  # of one file; a million ballots take a tenth of it
MOST_FILES = 50
SECONDS = 30


class Unreachable(Exception):
    """The place holds nothing that can be read; the message is a sentence's end."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def files_of(place: str) -> dict[str, bytes]:
    """The files by name, those of a publication and any others that lie beside. Raises Unreachable."""
    path = Path(place)
    try:
        if place.startswith(("http://", "https://")):
            return _of_address(place)
        if path.is_dir():
            return _of_folder(path)
        with path.open("rb") as opened:
            return _of_zip(opened)
    except OSError as error:  # the answers of servers are among them
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise Unreachable(error.strerror or str(error)) from None


def _of_folder(folder: Path) -> dict[str, bytes]:
    found = sorted(folder.iterdir())
    _refuse_many(len(found))
    # What is no file cannot belong to a publication, and is told by its name alone.
    return {path.name: _content_of(path) if path.is_file() else b"" for path in found}


def _content_of(path: Path) -> bytes:
    with path.open("rb") as opened:
        return _limited(opened, path.name)


def _of_zip(opened: IO[bytes]) -> dict[str, bytes]:
    """Files at the top, or all in one folder."""
    try:
        with zipfile.ZipFile(opened) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            _refuse_many(len(entries))
            top = _common_folder([entry.filename for entry in entries])
            files: dict[str, bytes] = {}
            for entry in entries:
                name = entry.filename.removeprefix(top)
                if name in files:
                    raise Unreachable(f"it holds {name} twice")
                with packed.open(entry) as content:
                    files[name] = _limited(content, name)
    # NotImplementedError: another compression; RuntimeError: encrypted; EOFError: cut short.
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ):
        raise Unreachable("it is neither a folder nor a whole .zip file") from None
    return files


def _common_folder(names: list[str]) -> str:
    tops = {PurePosixPath(name).parts[0] if "/" in name else "" for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def _of_address(address: str) -> dict[str, bytes]:
    split = urlsplit(address)
    path = split.path
    if path.endswith(".zip"):
        with _open(address) as answer:
            return _of_zip(io.BytesIO(_limited(answer, "the .zip file")))
    if path.endswith(("/results", "/results/", "/recount")):
        path = path.removesuffix("/").removesuffix("/recount") + "/data/"
    elif PurePosixPath(path).name in (*PUBLISHED_NAMES, SUMS):
        path = path[: path.rindex("/") + 1]
    base = split._replace(path=path if path.endswith("/") else f"{path}/", query="", fragment="")
    sums = _fetch(base.geturl(), SUMS)
    if sums is None:
        raise Unreachable(f"there is no {SUMS}; give the address of a results page or of its data")
    return {SUMS: sums} | dict(_fetched(base.geturl(), listed_names(sums)))


def _fetched(base: str, listed: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The files that are listed there and belong to a publication; those missing are left out."""
    for name in PUBLISHED_NAMES:
        content = _fetch(base, name) if name in listed else None
        if content is not None:
            yield name, content


def _fetch(base: str, name: str) -> bytes | None:
    try:
        with _open(urljoin(base, name)) as answer:
            return _limited(answer, name)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (404, 410):
            return None
        raise Unreachable(f"{name}: the server answers {error.code}") from None


class _SameScheme(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https addresses only, and never from https down to http."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme not in ("http", "https") or (req.type == "https" and scheme != "https"):
            fp.close()
            raise Unreachable("the server sends on to an address that is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(address: str) -> http.client.HTTPResponse:
    """Raises Unreachable, HTTPError."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SameScheme(),
    ):
        opener.add_handler(handler)
    try:
        request = urllib.request.Request(  # noqa: S310  files_of looked at the scheme
            address, headers={"User-Agent": f"pacto-participe/{__version__}"}
        )
        answer = opener.open(request, timeout=SECONDS)
    except urllib.error.HTTPError:
        raise
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise Unreachable(f"it cannot be fetched: {reason}") from None
    if not isinstance(answer, http.client.HTTPResponse):
        raise Unreachable("it cannot be fetched: no answer over http")
    return answer


def _limited(opened: _Readable, name: str) -> bytes:
    """Raises Unreachable for more than MOST_BYTES, or when the connection breaks."""
    try:
        content = opened.read(MOST_BYTES + 1)
    except http.client.HTTPException as error:
        raise Unreachable(f"{name} was cut short: {error}") from None
    if len(content) > MOST_BYTES:
        raise Unreachable(f"{name} is larger than {MOST_BYTES // 1024**2} MB")
    return content


def _refuse_many(number: int) -> None:
    if number > MOST_FILES:
        raise Unreachable(f"it holds {number} files, more than any publication")
