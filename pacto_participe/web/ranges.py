"""A part of a file, as players of sound and film ask for it (RFC 9110, 14). Safari plays nothing without."""

import re

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.web.static_files import FOR_EVER

_BYTES = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


class NoSuchPart(Exception):
    """What is asked for lies outside of the file."""


def part_asked(header: str, size: int) -> range | None:
    """Which bytes of a file are asked for; None for all of it. Raises NoSuchPart.

    What is no single range of bytes is passed over, as the standard allows: the answer is then the whole.
    """
    found = _BYTES.fullmatch(header.strip())
    if found is None or found[0].endswith("=-"):
        return None
    first, last = found[1], found[2]
    if not first:  # the last so many bytes
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise NoSuchPart
    return range(start, end)


def file_in_parts(request: Request, content: bytes, *, media_type: str, tag: str) -> Response:
    """A public file at an address that changes with its content: whole, in part, or known already."""
    headers = {"ETag": tag, "Cache-Control": FOR_EVER, "Accept-Ranges": "bytes"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    # Whoever has a part of another version starts anew. A part is asked for by GET only.
    may_be_part = request.method == "GET" and request.headers.get("if-range", tag) == tag
    try:
        part = part_asked(request.headers.get("range", "") if may_be_part else "", len(content))
    except NoSuchPart:
        headers = {"Content-Range": f"bytes */{len(content)}", "Accept-Ranges": "bytes"}
        return Response(status_code=416, headers=headers)
    if part is None:
        return Response(content, media_type=media_type, headers=headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    body = content[part.start : part.stop]
    return Response(body, status_code=206, media_type=media_type, headers=headers)
