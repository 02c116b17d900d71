"""Static files: under a name that changes with their content, compressed for those who read gzip."""

import gzip
import hashlib

import pytest
from starlette.exceptions import HTTPException

from pacto_participe.web.static_files import FingerprintedFiles

TEXTS = ("css/pacto.css", "js/ballot.js", "img/icon.svg")


@pytest.mark.parametrize("path", TEXTS)
async def test_texts_travel_compressed_and_are_the_same_when_unpacked(site, visitor, path):
    address = site.web.static.url(path)

    packed = (await visitor.get(address)).response
    plain = (await visitor.get(address, headers={"Accept-Encoding": "identity"})).response

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == site.web.static.content(path)
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 9))
    assert packed.headers["vary"] == "Accept-Encoding"
    assert packed.headers["content-type"].startswith(("text/", "image/svg+xml"))
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_fonts_are_compressed_already(site, visitor):
    response = (await visitor.get(site.web.static.url("fonts/readex-pro-latin.woff2"))).response

    assert "content-encoding" not in response.headers
    assert response.headers["content-type"] == "font/woff2"


async def test_a_name_with_the_fingerprint_of_other_content_is_not_found(visitor):
    await visitor.get("/static/css/pacto.0123456789ab.css", status=404)


@pytest.mark.parametrize(
    "path",
    [
        "../pyproject.{}.toml",
        "css/../../pyproject.{}.toml",
        "../static/../templates/errors/error.{}.html",
        "css.{}.d",
        "css/" + "x" * 300 + ".{}.css",
        "css/pacto%00.{}.css",
    ],
)
async def test_no_name_leads_out_of_the_folder_or_to_a_fault(site, visitor, path):
    """A file elsewhere is not even read: its size would be the server's burden."""
    scope = {"type": "http", "method": "GET", "root_path": "", "headers": []}
    scope["path"] = "/" + path.format("0123456789ab").replace("%00", "\0")
    with pytest.raises(HTTPException) as refused:
        await site.web.static.get_response(site.web.static.get_path(scope), scope)

    assert refused.value.status_code == 404
    assert not any(".." in name for name in site.web.static._names)


async def test_a_file_beside_the_folder_is_not_served_by_its_fingerprint(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "theirs.css").write_text("secret", encoding="utf-8")
    files = FingerprintedFiles(tmp_path / "static")
    digest = hashlib.sha256(b"secret").hexdigest()[:12]
    scope = {"type": "http", "method": "GET", "headers": []}
    with pytest.raises(HTTPException):
        await files.get_response(f"../theirs.{digest}.css", scope)
