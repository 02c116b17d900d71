"""The published files: complete, checkable with ordinary tools, and never more than may be told."""

import asyncio
import gzip
import hashlib
import io
import json
import subprocess
import zipfile

import pytest

from pacto_participe.voting import queries
from pacto_participe.voting.routes import results
from tests.town import TOWN, cast
from tests.voting.counting_day import count

pytestmark = pytest.mark.anyio

BALLOTS = (("1,4", 40), ("1,2", 20), ("2", 15))
ALL = {"manifest.json", "projects.csv", "result.json", "ballots.csv", "ballots.pb",
       "minutes.ar.html", "minutes.fr.html", "minutes.css", "SHA256SUMS"}  # fmt: skip


@pytest.fixture
async def counted(site, open_edition):
    """75 ballots, counted and published."""
    await cast(site, open_edition, BALLOTS)
    await count(site, open_edition)
    return open_edition


async def raw(browser, path, **headers):
    """A download as it comes over the wire, once unpacked."""
    return await browser.http.get(path, headers=headers)


async def test_the_list_names_every_file_with_size_and_fingerprint(site, visitor, counted):
    page = await visitor.get(counted.path("results/data/"))

    for name in ALL:
        file = await queries.published_file(site.web.database, counted.key, name)
        assert page.says(name, file.sha256)
        assert page.says(f"{-(-len(file.content) // 1024)} Ko")


async def test_every_file_of_the_list_can_be_downloaded_and_is_what_was_published(
    site, visitor, counted
):
    for name in sorted(ALL):
        answer = await raw(visitor, counted.path(f"results/data/{name}"))
        file = await queries.published_file(site.web.database, counted.key, name)
        assert answer.status_code == 200
        assert answer.content == file.content
        assert answer.headers["content-type"] == file.media_type


@pytest.mark.parametrize("lang", ["ar", "fr"])
async def test_the_minutes_can_be_read_on_the_site(visitor, counted, lang):
    page = await visitor.get(counted.path(f"results/data/minutes.{lang}.html", lang=lang))

    assert page.h1 in ("محضر الفرز", "Procès-verbal du dépouillement")


async def test_unknown_files_are_not_found(visitor, counted):
    for name in ("votes.csv", "..%2Fpacto.db", "manifest.json.bak", "RESULT.JSON"):
        await visitor.get(counted.path(f"results/data/{name}"), status=404)


@pytest.mark.parametrize("name", ["ballots.csv", "result.json", "all.zip", "minutes.fr.html"])
async def test_a_file_that_the_browser_has_is_not_sent_again(visitor, counted, name):
    path = counted.path(f"results/data/{name}")
    first = await raw(visitor, path)

    again = await raw(visitor, path, **{"If-None-Match": first.headers["etag"]})
    other = await raw(visitor, path, **{"If-None-Match": '"something-else"'})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert "no-store" not in first.headers["cache-control"]


async def test_a_browser_that_cannot_unpack_gets_the_plain_file(visitor, counted):
    path = counted.path("results/data/result.json")

    packed = await raw(visitor, path)
    plain = await raw(visitor, path, **{"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]


async def test_the_archive_holds_every_file_and_is_the_same_each_time(visitor, counted):
    path = counted.path("results/data/all.zip")

    first, second = await raw(visitor, path), await raw(visitor, path)

    assert first.content == second.content
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(ALL)
        assert {item.date_time[0] for item in archive.infolist()} == {1980}


async def test_ordinary_tools_confirm_the_fingerprints(visitor, counted, tmp_path):
    archive = await raw(visitor, counted.path("results/data/all.zip"))
    zipfile.ZipFile(io.BytesIO(archive.content)).extractall(tmp_path)

    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, capture_output=True)

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(ALL) - 1


async def test_the_rules_can_be_downloaded_before_anything_is_counted(visitor, open_edition):
    answer = await raw(visitor, open_edition.path("results/data/manifest.json"))

    assert hashlib.sha256(answer.content).hexdigest() == open_edition.charter.fingerprint
    assert json.loads(answer.content)["vote"] == open_edition.charter.vote_id


async def test_the_list_before_the_count_says_when_files_come(visitor, open_edition):
    page = await visitor.get(open_edition.path("results/data/"))

    assert page.says("Aucun fichier n’est encore publié", "lundi 30 novembre 2026")
    assert "ballots.csv" not in page.text


async def test_fewer_than_fifty_ballots_are_published_as_totals_only(site, visitor, open_edition):
    await cast(site, open_edition, [("1,4", 40), ("2", 9)])
    await count(site, open_edition)

    results = await visitor.get(open_edition.path("results"))
    page = await visitor.get(open_edition.path("results/data/"))

    for shown in (results, page):
        assert shown.says("Moins de 50 bulletins", "Les observateurs peuvent les voir.")
        assert "ballots." not in shown.text
    for name in ("ballots.csv", "ballots.pb"):
        await visitor.get(open_edition.path(f"results/data/{name}"), status=404)
    archive = await raw(visitor, open_edition.path("results/data/all.zip"))
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert set(names) == ALL - {"ballots.csv", "ballots.pb"}


async def test_fifty_ballots_are_published_one_by_one_without_who_or_when(
    site, visitor, open_edition
):
    await cast(site, open_edition, [("1,4", 40), ("2", 10)], area="Hay Salam", channel="desk")
    await count(site, open_edition)

    answer = await raw(visitor, open_edition.path("results/data/ballots.csv"))

    lines = answer.text.lstrip("\ufeff").splitlines()
    assert len(lines) == 51
    assert {line.split(",", 1)[1].strip('"') for line in lines[1:]} == {"1,4", "2"}
    assert "Salam" not in answer.text
    assert "desk" not in answer.text


async def test_the_page_tells_how_to_count_again_at_home(visitor, counted):
    page = await visitor.get(counted.path("results"))

    assert page.says("sha256sum --check SHA256SUMS", "pacto-participe verify 2026.zip",
                     "pacto-participe tally ballots.pb")  # fmt: skip
    vote = await visitor.get(page.link("Tous les fichiers, avec leurs empreintes"))
    assert vote.says("SHA256SUMS")
    assert counted.key[0] == TOWN


async def test_archive_and_ballots_are_packed_once_for_a_whole_town(visitor, counted, monkeypatch):
    """Before, each request packed all ballots anew: some requests a second kept a core busy."""
    times = {"zip": 0, "gzip": 0}
    zipped, compress = results.zipped, gzip.compress

    def count_zip(files):
        times["zip"] += 1
        return zipped(files)

    def count_gzip(*given, **named):
        times["gzip"] += 1
        return compress(*given, **named)

    monkeypatch.setattr(results, "zipped", count_zip)
    monkeypatch.setattr(results.gzip, "compress", count_gzip)
    for name in ("all.zip", "result.json"):
        answers = await asyncio.gather(
            *(visitor.http.get(counted.path(f"results/data/{name}")) for _ in range(20))
        )
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1

    assert times == {"zip": 1, "gzip": 1}
