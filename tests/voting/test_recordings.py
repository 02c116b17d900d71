"""A commune records its projects for who does not read: which files are taken, and what is kept of them."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.cli.vote import vote
from pacto_participe.kernel.errors import Conflict
from pacto_participe.storage.sql import Sql
from pacto_participe.voting.charter import FORMAT, FORMAT_OF_A_RULE, Charter
from pacto_participe.voting.queries.prepared import Announcement
from pacto_participe.voting.recordings import (
    LANGUAGES,
    LARGEST_FILE,
    M4A,
    MP3,
    OGG,
    Sound,
    in_order_for,
    sound_of,
)
from pacto_participe.voting.services import preparing
from pacto_participe.voting.services.vote_file import BadVoteFile, read_vote
from pacto_participe.voting.wording.listening import LANGUAGE_NAMES, language_name
from pacto_participe.web.i18n import speaking
from tests.pages import Browser
from tests.town import NEIGHBOUR_TOWN, TOWN, LiveSite
from tests.two_administrators import FIRST, admin
from tests.voting.recorded_sounds import m4a, mp3, ogg_opus
from tests.voting.test_vote_file import bring_in, by_command, changed

__all__ = ["by_command"]

DARIJA, TACHELHIT, FRENCH = ogg_opus(2), ogg_opus(3), mp3(4, tagged=True)
LISTEN = (
    'listen = { ary = "sound/1-darija.ogg", shi = "sound/1-tachelhit.ogg", fr = "sound/1-fr.mp3" }'
)
PUBLIC = "/fr/c/tiznit/budgets/2030"


def with_recordings(folder: Path, listen: str = LISTEN) -> Path:
    """The example of a vote with recordings of its first project beside it."""
    (folder / "sound").mkdir(exist_ok=True)
    for name, content in (
        ("1-darija.ogg", DARIJA), ("1-tachelhit.ogg", TACHELHIT), ("1-fr.mp3", FRENCH),
    ):  # fmt: skip
        (folder / "sound" / name).write_bytes(content)
    file = folder / "vote.toml"
    file.write_text(changed(('pictogram = "p-light"', f'pictogram = "p-light"\n{listen}')), "utf-8")
    return file


def read(file: Path, town: str = TOWN) -> tuple[Charter, Announcement, dict[str, bytes]]:
    charter, announcement, sounds = read_vote(
        file.read_bytes(),
        collectivity_id=town,
        vote_id="v" * 32,
        lot_seed="5f1d7c",
        folder=file.parent,
    )
    return charter, announcement, dict(sounds)


async def prepared(site: LiveSite, folder: Path, town: str = TOWN) -> Charter:
    charter, announcement, sounds = read(with_recordings(folder), town)
    async with site.work(admin("first", town)) as uow:
        await preparing.prepare(uow, charter, announcement, sounds)
    return charter


async def announced(site: LiveSite, folder: Path) -> Charter:
    charter = await prepared(site, folder)
    async with site.work(FIRST) as uow:
        await preparing.announce(uow, TOWN, "2030", 1)
    return charter


def address_of(charter: Charter, lang: str, base: str = PUBLIC) -> str:
    recording = next(one for one in charter.recordings if one.lang == lang)
    return f"{base}/projects/1/recordings/{recording.name}"


# Which files


@pytest.mark.parametrize(
    ("content", "sound"),
    [
        (ogg_opus(2), Sound(OGG, 2)),
        (ogg_opus(30), Sound(OGG, 30)),
        (mp3(3), Sound(MP3, 3)),
        (mp3(28, tagged=True), Sound(MP3, 28)),
        (mp3(3) + b"TAG" + bytes(125), Sound(MP3, 3)),
        (m4a(25), Sound(M4A, 25)),
    ],
    ids=["ogg", "long ogg", "mp3", "mp3 with a tag", "mp3 with an old tag", "m4a"],
)
def test_a_file_is_known_by_its_bytes_and_says_how_long_it_is(content: bytes, sound: Sound) -> None:
    assert sound_of(content) == sound


@pytest.mark.parametrize(
    "content",
    [
        b"", b"OggS", b"ID3", b"\xff\xf3", b"<html>", b"RIFF\0\0\0\0WAVE", bytes(5000),
        ogg_opus().replace(b"OpusHead", b"\x01vorbis\0"),
        ogg_opus()[:-1], ogg_opus() + b"<script>", b"x" + ogg_opus(),
        mp3()[:36], mp3() + b"<script>", b"x" + mp3(), b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + mp3(),
        m4a(handler=b"vide"), m4a(codec=b"alac"), m4a()[:-1], m4a()[24:],
        m4a().replace(b"mvhd", b"free"), b"\0\0\0\x08ftyp", b"\0\0\0\0ftyp" + bytes(40),
    ],
)  # fmt: skip
def test_what_no_browser_plays_is_no_recording(content: bytes) -> None:
    assert sound_of(content) is None


def test_no_file_cut_off_anywhere_is_taken_or_breaks_the_reading() -> None:
    for whole in (ogg_opus(), m4a()):
        assert sound_of(whole) is not None
        assert not [size for size in range(len(whole)) if sound_of(whole[:size])]
    for size in range(len(mp3())):
        assert sound_of(mp3()[:size]) is None or size % 36 == 0


# What is said in the file of a vote


def test_the_recordings_of_a_project_are_read_with_the_vote(tmp_path: Path) -> None:
    charter, _, sounds = read(with_recordings(tmp_path))

    first, second, _third = charter.projects
    assert [
        (one.lang, one.media_type, one.size, one.seconds) for one in charter.recordings_of(first)
    ] == [
        ("ary", OGG, len(DARIJA), 2), ("shi", OGG, len(TACHELHIT), 3), ("fr", MP3, len(FRENCH), 4),
    ]  # fmt: skip
    assert charter.recordings_of(second) == ()
    assert sounds == {
        hashlib.sha256(content).hexdigest(): content for content in (DARIJA, TACHELHIT, FRENCH)
    }


@pytest.mark.parametrize(
    ("listen", "sentence"),
    [
        ('listen = { ary = "none.ogg" }', "listen.ary: there is no file 'none.ogg' beside this one"),
        ('listen = { ary = "sound" }', "listen.ary: there is no file 'sound' beside this one"),
        ('listen = { ary = "vote.toml" }',
         "listen.ary: 'vote.toml' is no whole recording in Ogg Opus, MP3 or M4A"),
        ('listen = { ary = "../away.ogg" }',
         "listen.ary: '../away.ogg' does not lie beside this file"),
        ('listen = { ary = "/etc/passwd" }',
         "listen.ary: '/etc/passwd' does not lie beside this file"),
        ('listen = { ary = "large.mp3" }',
         f"listen.ary: 'large.mp3' has 150048 bytes, more than {LARGEST_FILE}"),
        ('listen = { ary = "a\\u0000b" }', "listen.ary: 'a\\x00b' cannot be read"),
        ('listen = { dar = "sound/1-fr.mp3" }', "listen.dar: is none of ary, shi, tzm, rif, zgh"),
        ("listen = { ary = 1 }", "listen.ary: must be words in quotes"),
        ('listen = "sound/1-fr.mp3"', 'listen: must be in braces, such as { ary = "sound/1-darija'),
        ("listen = { ary = 'a', ar = 'a', fr = 'a', en = 'a', shi = 'a' }",
         "listen: has more than 4 recordings"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_recording_is_named_by_its_place(
    tmp_path: Path, listen: str, sentence: str
) -> None:
    folder = tmp_path / "vote"
    folder.mkdir()
    file = with_recordings(folder, listen)
    (tmp_path / "away.ogg").write_bytes(DARIJA)
    (folder / "large.mp3").write_bytes(mp3(1) + mp3(1)[:36] * 4140)

    with pytest.raises(BadVoteFile) as found:
        read(file)

    (line,) = found.value.lines
    assert line.startswith(f"project 1 in the file, {sentence}"), line


def test_a_vote_has_at_most_two_hundred_recordings(tmp_path: Path) -> None:
    def projects(count: int) -> str:
        return "".join(
            f'[[projects]]\nnumber = {number}\ntitle.fr = "a"\nsummary.fr = "a"\nplace.fr = "a"\n'
            f'cost = 1\nlisten = {{ ary = "a.mp3", fr = "a.mp3" }}\n'
            for number in range(10, 10 + count)
        )

    (tmp_path / "a.mp3").write_bytes(FRENCH)
    file = tmp_path / "vote.toml"
    file.write_text(changed() + projects(100), "utf-8")
    charter, _, sounds = read(file)
    assert (len(charter.recordings), len(sounds)) == (200, 1)  # the same bytes are kept once

    file.write_text(changed() + projects(101), "utf-8")
    with pytest.raises(BadVoteFile) as found:
        read(file)
    assert found.value.lines == ("projects: have more than 200 recordings together",)


def test_every_language_of_recordings_has_a_name_in_each_language_of_the_pages() -> None:
    assert LANGUAGE_NAMES.keys() == set(LANGUAGES)
    for code in ("ar", "fr", "zgh"):
        with speaking(code):
            assert len({language_name(lang) for lang in LANGUAGES}) == len(LANGUAGES)
            assert language_name("ary") == ("Darija" if code == "fr" else "الدارجة")


@pytest.mark.parametrize(
    ("page", "order"),
    [
        ("ar", ["ary", "shi", "fr"]), ("zgh", ["shi", "ary", "fr"]),
        ("fr", ["fr", "ary", "shi"]), ("en", ["fr", "ary", "shi"]),
    ],
)  # fmt: skip
def test_what_the_reader_of_a_page_understands_comes_first(
    tmp_path: Path, page: str, order: list[str]
) -> None:
    charter, _, _ = read(with_recordings(tmp_path))

    assert [one.lang for one in in_order_for(page, charter.recordings)] == order


# What is frozen


def test_the_fingerprint_of_each_recording_is_frozen_with_the_rules(tmp_path: Path) -> None:
    charter, _, _ = read(with_recordings(tmp_path))
    plain = json.loads(charter.text)

    assert plain["recordings"][0] == {
        "project": "1", "lang": "ary", "sha256": hashlib.sha256(DARIJA).hexdigest(),
        "media_type": OGG, "size": len(DARIJA), "seconds": 2,
    }  # fmt: skip
    assert Charter.from_text(charter.text) == charter
    swapped = replace(charter.recordings[0], sha256=hashlib.sha256(FRENCH).hexdigest())
    other = replace(charter, recordings=(swapped, *charter.recordings[1:]))
    assert other.fingerprint != charter.fingerprint


def test_a_charter_without_recordings_says_nothing_of_them(tmp_path: Path) -> None:
    charter, _, _ = read(with_recordings(tmp_path, ""))

    assert "recordings" not in charter.text
    more = {"recordings": (), "age_on": None, "who": Who.RESIDENTS, "includes_workers": False}
    bare = replace(
        charter, **more, projects=tuple(replace(p, position=None) for p in charter.projects)
    )
    assert json.loads(bare.text)["format"] == FORMAT
    spoken = read(with_recordings(tmp_path))[0].recordings
    assert json.loads(replace(bare, recordings=spoken).text)["format"] == FORMAT_OF_A_RULE


@pytest.mark.parametrize(
    "change", [{"media_type": "text/html"}, {"lang": "xx"}, {"project": "77"}, {"more": "1"}]
)
def test_a_charter_that_names_another_kind_of_file_is_not_read(
    tmp_path: Path, change: dict[str, str]
) -> None:
    charter, _, _ = read(with_recordings(tmp_path))
    plain = json.loads(charter.text)
    plain["recordings"][0].update(change)

    with pytest.raises(ValueError, match="no recording"):
        Charter.from_text(json.dumps(plain))


# What is kept and heard


async def test_a_recording_is_heard_when_the_vote_is_published_and_stays_when_it_is_frozen(
    database_url: str, site: LiveSite, visitor: Browser, tmp_path: Path
) -> None:
    charter = await prepared(site, tmp_path)
    address = address_of(charter, "ary")
    assert (await visitor.http.get(address)).status_code == 404  # only the staff knows the draft

    async with site.work(FIRST) as uow:
        await preparing.announce(uow, TOWN, "2030", 1)
    answer = await visitor.http.get(address)
    assert (answer.status_code, answer.content) == (200, DARIJA)

    async with site.work(FIRST) as uow:
        await preparing.freeze(uow, site.web.secrets, TOWN, "2030", 1)
    for lang, content, media_type in (
        ("ary", DARIJA, OGG), ("shi", TACHELHIT, OGG), ("fr", FRENCH, MP3),
    ):  # fmt: skip
        answer = await visitor.http.get(address_of(charter, lang))
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-type"] == media_type
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    rules = (await visitor.http.get(f"{PUBLIC}/rules.json")).json()
    assert [one["lang"] for one in rules["recordings"]] == ["ary", "shi", "fr"]


async def test_a_player_is_sent_the_part_that_it_asks_for(
    database_url: str, site: LiveSite, visitor: Browser, tmp_path: Path
) -> None:
    """Safari asks for the first two bytes, and plays nothing unless it gets them and no more."""
    address = address_of(await announced(site, tmp_path), "fr")
    size = len(FRENCH)

    async def part(asked: str, **more: str) -> tuple[int, bytes, str | None]:
        answer = await visitor.http.get(address, headers={"Range": asked, **more})
        return answer.status_code, answer.content, answer.headers.get("content-range")

    assert await part("bytes=0-1") == (206, FRENCH[:2], f"bytes 0-1/{size}")
    assert await part("bytes=100-") == (206, FRENCH[100:], f"bytes 100-{size - 1}/{size}")
    assert await part("bytes=-7") == (206, FRENCH[-7:], f"bytes {size - 7}-{size - 1}/{size}")
    assert await part(f"bytes=5-{size * 9}") == (206, FRENCH[5:], f"bytes 5-{size - 1}/{size}")
    assert await part(f"bytes=-{size * 9}") == (206, FRENCH, f"bytes 0-{size - 1}/{size}")
    for beyond in (f"bytes={size}-", "bytes=-0"):
        assert (await part(beyond))[::2] == (416, f"bytes */{size}")
    for no_part in ("bytes=5-2", "bytes=0-1,5-9", "lines=1-2", "bytes=-", "bytes=٠-١"):
        assert (
            await visitor.http.get(address, headers={"Range": no_part.encode()})
        ).status_code == 200

    whole = await visitor.http.get(address)
    assert (whole.headers["accept-ranges"], whole.content) == ("bytes", FRENCH)
    tag = whole.headers["etag"]
    assert (await part("bytes=0-1", **{"If-Range": tag}))[0] == 206
    assert (await part("bytes=0-1", **{"If-Range": '"other"'}))[:2] == (200, FRENCH)
    known = await visitor.http.get(address, headers={"If-None-Match": tag})
    assert (known.status_code, known.content) == (304, b"")


async def test_what_is_not_the_charter_s_is_not_found(
    database_url: str, site: LiveSite, visitor: Browser, tmp_path: Path
) -> None:
    charter = await announced(site, tmp_path)
    address = address_of(charter, "ary")
    name = address.rpartition("/")[2]

    for other in (
        address.replace("/projects/1/", "/projects/2/"),
        address.replace("/projects/1/", "/projects/99/"),
        address.replace("ary-", "fr-"),
        address.replace(name[4:8], "0000"),
        address.replace(".ogg", ".html"),
        address.replace("/2030/", "/2031/"),
        address.replace("/tiznit/", "/tafraout/"),
    ):
        assert (await visitor.http.get(other)).status_code == 404, other


async def test_towns_with_an_edition_of_one_name_hear_each_their_own(
    database_url: str, site: LiveSite, visitor: Browser, tmp_path: Path
) -> None:
    charter = await announced(site, tmp_path)
    address = address_of(charter, "ary").replace("/tiznit/", "/tafraout/")
    await prepared(site, tmp_path, NEIGHBOUR_TOWN)
    assert (await visitor.http.get(address)).status_code == 404  # theirs is a draft

    file = with_recordings(tmp_path, 'listen = { fr = "sound/1-fr.mp3" }')
    charter, announcement, sounds = read(file, NEIGHBOUR_TOWN)
    async with site.work(admin("first", NEIGHBOUR_TOWN)) as uow:
        await preparing.redraft(uow, charter, announcement, sounds)
    async with site.work(admin("first", NEIGHBOUR_TOWN)) as uow:
        await preparing.announce(uow, NEIGHBOUR_TOWN, "2030", 2)

    assert (await visitor.http.get(address)).status_code == 404
    theirs = address_of(charter, "fr").replace("/tiznit/", "/tafraout/")
    assert (await visitor.http.get(theirs)).content == FRENCH
    assert (await visitor.http.get(address.replace("/tafraout/", "/tiznit/"))).content == DARIJA


async def test_recordings_are_replaced_with_the_draft_and_never_after(
    database_url: str, site: LiveSite, tmp_path: Path
) -> None:
    await prepared(site, tmp_path)
    file = with_recordings(tmp_path, 'listen = { shi = "sound/1-tachelhit.ogg" }')
    charter, announcement, sounds = read(file)
    async with site.work(FIRST) as uow:
        await preparing.redraft(uow, charter, announcement, sounds)
    kept = await kept_fingerprints(site)
    assert kept == {hashlib.sha256(TACHELHIT).hexdigest()}

    async with site.work(FIRST) as uow:
        await preparing.announce(uow, TOWN, "2030", 2)
    with pytest.raises(Conflict):
        async with site.work(FIRST) as uow:
            await preparing.redraft(uow, *read(with_recordings(tmp_path)))
    assert await kept_fingerprints(site) == kept


async def kept_fingerprints(site: LiveSite) -> set[str]:
    rows = await site.web.database.quick.all(Sql("SELECT sha256 FROM recording"))
    return {row["sha256"] for row in rows}


async def test_bytes_that_were_changed_in_the_database_are_not_heard(
    database_url: str, site: LiveSite, visitor: Browser, tmp_path: Path
) -> None:
    charter = await announced(site, tmp_path)
    async with site.work() as uow:
        table = preparing.PREPARED.metadata.tables["recording"]
        await uow.session.execute(table.update().values(content=FRENCH))

    assert (await visitor.http.get(address_of(charter, "ary"))).status_code == 404
    assert (await visitor.http.get(address_of(charter, "fr"))).content == FRENCH


@pytest.mark.usefixtures("by_command")
async def test_the_command_says_how_many_recordings_it_brought_in(
    site: LiveSite, tmp_path: Path
) -> None:
    told = await bring_in(with_recordings(tmp_path))
    assert (told.exit_code, "Recordings: 3" in told.output) == (0, True), told.output

    (tmp_path / "sound" / "1-fr.mp3").write_bytes(b"no sound")
    told = await bring_in(tmp_path / "vote.toml", "--replace")
    assert told.exit_code == 2
    assert told.output.endswith(
        "project 1 in the file, listen.fr: 'sound/1-fr.mp3' is no whole recording in Ogg Opus, MP3 "
        "or M4A\n"
    )
    assert vote.commands.keys() == {"prepare"}


# The pages


@pytest.mark.parametrize(
    ("lang", "first", "length"),
    [("fr", "Français", "4 secondes"), ("ar", "الدارجة", "ثانيتان"), ("zgh", "تاشلحيت", "3 ثوان")],
)
async def test_the_page_of_a_project_has_a_player_for_each_recording(
    database_url: str, site: LiveSite, visitor: Browser, tmp_path: Path,
    lang: str, first: str, length: str,
) -> None:  # fmt: skip
    charter = await announced(site, tmp_path)
    base = PUBLIC.replace("/fr/", f"/{lang}/")

    page = await visitor.get(f"{base}/projects/1")

    players = list(page.tree.elements("audio"))
    assert [(one.get("preload"), one.get("controls")) for one in players] == [("none", "")] * 3
    assert players[0].get("aria-label") == first
    assert page.says(first, length)
    sources = [source.get("src") for source in page.tree.elements("source")]
    assert sorted(sources) == sorted(address_of(charter, one, base) for one in ("ary", "shi", "fr"))
    assert page.part("listen").tag == "h2"
    (link,) = [one for one in page.tree.elements("a") if one.get("data-listen")]
    assert (link.get("href"), link.get("data-listen")) == (f"{base}/projects/1#listen", sources[0])
    assert not list((await visitor.get(f"{base}/projects/2")).tree.elements("audio"))


async def test_the_list_leads_to_what_was_recorded_and_runs_no_script(
    site: LiveSite, visitor: Browser, tmp_path: Path
) -> None:
    await announced(site, tmp_path)

    page = await visitor.get(f"{PUBLIC}/projects/")

    assert page.link("Écouter : Éclairage solaire") == f"{PUBLIC}/projects/1#listen"
    assert len([words for words in page.links if words.startswith("Écouter")]) == 1
    assert not list(page.tree.elements("script"))
