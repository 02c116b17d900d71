"""verify on the command line: a folder, a .zip, an address; exit codes; what is never asked for."""

import json
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pacto_participe.voting.commands import publications, verify
from tests.voting.verification.publications import (
    SIXTY_BALLOTS,
    charter_of_five,
    publication,
    write,
)


def verified(place: object) -> Result:
    return CliRunner().invoke(verify, [str(place)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = publication(charter_of_five(), SIXTY_BALLOTS)
    return write(made, tmp_path_factory.mktemp("published") / "data")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return write({path.name: path.read_bytes() for path in folder.iterdir()}, tmp_path / "data")


def packed(folder: Path, archive: Path, *, top: str = "") -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(folder.iterdir()):
            target.write(path, f"{top}{path.name}")
    return archive


def test_a_folder_that_is_whole_passes_line_by_line(folder):
    result = verified(folder)

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert len(lines) >= 15
    assert all(line.startswith("PASS ") for line in lines)
    assert "PASS count-winners: 3 projects, in this order: 1, 2, 4" in lines


def test_a_folder_with_a_changed_vote_fails_and_says_where(copy):
    ballots = copy / "ballots.csv"
    ballots.write_bytes(ballots.read_bytes().replace(b'"1,4"', b'"1,5"', 1))

    result = verified(copy)

    assert result.exit_code == 1
    assert "FAIL sums: ballots.csv is not as SHA256SUMS says" in result.output
    assert "FAIL box:" in result.output


def test_a_stray_file_in_the_folder_fails(copy):
    (copy / "ballots (copy).csv").write_bytes(b"")
    (copy / "more").mkdir()

    result = verified(copy)

    assert result.exit_code == 1
    assert "more does not belong to it" in result.output


@pytest.mark.parametrize("top", ["", "tiznit-2026/"])
def test_a_zip_passes_with_or_without_a_folder_in_it(folder, tmp_path, top):
    assert verified(packed(folder, tmp_path / "2026.zip", top=top)).exit_code == 0


def test_a_zip_whose_bytes_changed_never_passes_and_never_crashes(folder, tmp_path):
    """Dates and other marks of a .zip mean nothing; what it holds must stay the same to pass."""
    archive = packed(folder, tmp_path / "2026.zip")
    content = archive.read_bytes()
    whole = publications.files_of(str(archive))

    for at in range(0, len(content), 23):
        archive.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        result = verified(archive)
        assert result.exit_code in (0, 1, 2), at
        assert isinstance(result.exception, SystemExit | None), at
        if result.exit_code == 0:
            assert publications.files_of(str(archive)) == whole


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"\0" * 60, b"hello"])
def test_what_is_no_zip_is_bad_input_in_one_sentence(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)

    result = verified(tmp_path / "x.zip")

    assert result.exit_code == 2
    assert result.stderr.strip().endswith("it is neither a folder nor a whole .zip file")
    assert result.stdout == ""


def test_an_empty_folder_or_none_at_all_is_bad_input(tmp_path):
    empty, nowhere = verified(tmp_path), verified(tmp_path / "nowhere")

    assert (empty.exit_code, nowhere.exit_code) == (2, 2)
    assert "neither SHA256SUMS nor" in empty.stderr
    assert "No such file or directory" in nowhere.stderr


def test_a_zip_that_unpacks_to_too_much_is_refused(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(publications, "MOST_BYTES", 3000)

    result = verified(packed(folder, tmp_path / "2026.zip"))

    assert result.exit_code == 2
    assert "result.json is larger than" in result.stderr


def test_a_zip_that_holds_a_name_twice_is_refused(folder, tmp_path):
    archive = packed(folder, tmp_path / "2026.zip")
    with zipfile.ZipFile(archive, "a") as target, pytest.warns(UserWarning, match="Duplicate"):
        target.writestr("result.json", "{}")

    assert "holds result.json twice" in verified(archive).stderr


# From the network


class Quiet(SimpleHTTPRequestHandler):
    asked: list[str]

    def __init__(self, *args: object, asked: list[str], **kwargs: object) -> None:
        self.asked = asked
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *args: object) -> None:
        pass


class Site:
    """A server of one folder, which remembers what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        handler = partial(Quiet, directory=str(folder), asked=self.asked)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def site(copy: Path, tmp_path: Path) -> Iterator[Site]:
    """The folder stands at /results/data/."""
    (tmp_path / "site" / "results").mkdir(parents=True)
    copy.rename(tmp_path / "site" / "results" / "data")
    served = Site(tmp_path / "site")
    yield served
    served.close()


@pytest.mark.parametrize("path", [
    "/results", "/results/", "/results/recount", "/results/data", "/results/data/",
    "/results/data/SHA256SUMS", "/results/data/result.json", "/results?print=1",
])  # fmt: skip
def test_any_address_of_the_results_leads_to_their_files(site, path):
    result = verified(site.address + path)

    assert result.exit_code == 0, result.output + result.stderr
    assert len(site.asked) == 9
    assert all(asked.startswith("/results/data/") for asked in site.asked)


def test_a_zip_is_fetched_whole(site, tmp_path):
    packed(tmp_path / "site" / "results" / "data", tmp_path / "site" / "all.zip")

    assert verified(site.address + "/all.zip").exit_code == 0


def test_names_that_are_no_part_of_a_publication_are_never_fetched(site, tmp_path):
    sums = tmp_path / "site" / "results" / "data" / "SHA256SUMS"
    sums.write_text(sums.read_text() + f"{'0' * 64}  ..secret\n{'0' * 64}  evil.html\n")

    result = verified(site.address + "/results")

    assert result.exit_code == 1
    assert not [asked for asked in site.asked if "evil" in asked or "secret" in asked]


def test_a_file_that_is_listed_and_not_there_fails(site, tmp_path):
    (tmp_path / "site" / "results" / "data" / "ballots.csv").unlink()

    result = verified(site.address + "/results")

    assert result.exit_code == 1
    assert "ballots.csv is missing" in result.output


def test_an_address_without_results_is_bad_input(site):
    result = verified(site.address + "/elsewhere/")

    assert result.exit_code == 2
    assert "there is no SHA256SUMS" in result.stderr


def test_a_zip_that_is_not_there_is_bad_input(site):
    result = verified(site.address + "/none.zip")

    assert result.exit_code == 2
    assert "404" in result.stderr


def test_a_server_that_does_not_answer_is_bad_input():
    result = verified("http://127.0.0.1:9/results")

    assert result.exit_code == 2
    assert "cannot be fetched" in result.stderr


@pytest.mark.parametrize(
    ("address", "told"),
    [("file:///etc/passwd", "answers 302"), ("ftp://127.0.0.1/x", "not followed")],
)
def test_an_address_that_is_not_of_the_web_is_not_followed(address, told):
    class Sly(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sly)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        result = verified(f"http://127.0.0.1:{server.server_address[1]}/results")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert result.exit_code == 2
    assert told in result.stderr
    assert verified(address).exit_code == 2


def test_what_is_told_is_english_and_ends_without_a_trace(copy):
    (copy / "result.json").write_text(json.dumps([1, 2]))

    result = verified(copy)

    assert result.exit_code == 1
    assert "FAIL result: result.json is not a result" in result.output
    assert "Traceback" not in result.output
