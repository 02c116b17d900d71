"""Static files: under a name that changes with their content, compressed for those who read gzip."""

import gzip

import pytest

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
