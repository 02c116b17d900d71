"""P6, P7, P10: the list of 100 projects, beside plain text by the same server and the raw limits.

python -m benchmarks.pages kept      # P6: from the page cache, beside plain text and beside the limit
python -m benchmarks.pages made      # P7: without the page cache, beside the limit's uncached list
python -m benchmarks.pages weight    # P10: what a first visit is sent
"""

import argparse
import gzip
import re
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from benchmarks.ballots import limit_database
from benchmarks.rig.data import EDITION, TOWN, make
from benchmarks.rig.places import HERE, LUA, VOTERS, require
from benchmarks.rig.race import Runner, race, verdict
from benchmarks.rig.servers import Server, limit, ours

LIST = f"/fr/c/{TOWN}/budgets/{EDITION}/projects/?all=1"
PLAIN = "/healthz"


@contextmanager
def served(*, keeps: bool = True) -> Iterator[Server]:
    data = HERE / "sqlite"
    if not (data / "voters.csv").exists():
        make(data, voters=VOTERS)
    settings = {} if keeps else {"PACTO_PAGE_CACHE_SECONDS": "0"}
    with ours(data, name="ours-pages", **settings) as server:
        yield server


def fetch(url: str, **headers: str) -> tuple[bytes, dict[str, str], int]:
    """Body as sent, headers in small letters, bytes of the body as sent."""
    request = urllib.request.Request(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = answer.read()
        found = {name.lower(): value for name, value in answer.headers.items()}
    plain = gzip.decompress(body) if found.get("content-encoding") == "gzip" else body
    return plain, found, len(body)


def kept(options: argparse.Namespace) -> bool:
    """P6."""
    with served() as up, limit("pages:app") as low:
        etag = fetch(up.url(LIST))[1]["etag"].strip('"')
        pids, their_pids = str(up.pid_file), str(low.pid_file)
        fetching = f"-s {LUA / 'fetch.lua'} --"
        results = race(
            Runner("ours, plain text", up.url(PLAIN), fetching, "", pids),
            Runner("ours, list, gzip", up.url(LIST), f"{fetching} gzip", "", pids),
            Runner("ours, list, 304", up.url(LIST), f"{fetching} gzip {etag}", "", pids),
            Runner("limit, plain text", low.url("/plain"), fetching, "", their_pids),
            Runner("limit, kept list, br", low.url("/cached-br"), fetching, "", their_pids),
            rounds=options.rounds, seconds=options.seconds, connections=16,
        )  # fmt: skip
    plain, listed, same, raw, _ = results.values()
    return all(
        (
            verdict("P6", "list / own plain text", listed.per_second / plain.per_second, 0.5),
            verdict("P6", "304 / own plain text", same.per_second / plain.per_second, 0.7),
            verdict("P6", "list / limit's plain text", listed.per_second / raw.per_second, 0.5),
            verdict("P6", "304 / limit's plain text", same.per_second / raw.per_second, 0.7),
        )
    )


def made(options: argparse.Namespace) -> bool:
    """P7: every request reads and renders."""
    database = str(limit_database())
    with served(keeps=False) as up, limit("vote:app", MODE="sqlite-group", DB=database) as low:
        results = race(
            Runner("limit /list", low.url("/list"), "", "", str(low.pid_file)),
            Runner("ours, list of 100", up.url(LIST), "", "", str(up.pid_file)),
            rounds=options.rounds, seconds=options.seconds, connections=16,
        )  # fmt: skip
        sizes = [len(fetch(server.url(path))[0]) for server, path in ((low, "/list"), (up, LIST))]
    theirs, mine = results.values()
    print(f"bytes of HTML: limit {sizes[0]:,}, ours {sizes[1]:,}")
    by_byte = (mine.per_second * sizes[1]) / (theirs.per_second * sizes[0])
    print(f"P7   bytes of HTML a second: {by_byte:.3f} of the limit's")
    return verdict("P7", "list / limit's list", mine.per_second / theirs.per_second, 0.5)


ADDRESSES = re.compile(r'<(script|link|img|use|source)\b[^>]*?(?:src|href)="([^"#]+)', re.I)
FONTS = re.compile(r"url\([\"']?([^\"')]+\.woff2)")


def weight(options: argparse.Namespace) -> bool:
    """P10. Fonts that the stylesheet names are told apart: they are optional (font-display)."""
    with served() as up:
        base = up.url(LIST)
        html, _, sent = fetch(base, Accept_Encoding="gzip")
        parts, fonts, strangers = {base: sent}, {}, []
        for kind, address in ADDRESSES.findall(html.decode()):
            url = urljoin(base, address)
            if urlsplit(url).netloc != urlsplit(base).netloc:
                strangers.append(url)
            elif kind != "link" or re.search(r"\.(css|svg|png|ico|webmanifest)\b", url):
                parts[url] = 0
        for url in [*parts][1:]:
            body, _, parts[url] = fetch(url, Accept_Encoding="gzip")
            if ".css" in url:
                fonts.update({urljoin(url, font): 0 for font in FONTS.findall(body.decode())})
        for url in fonts:
            fonts[url] = fetch(url)[2]
    for url, size in {**parts, **fonts}.items():
        print(f"{size / 1024:7.1f} KiB  {Path(urlsplit(url).path).name or urlsplit(url).path}")
    total = sum(parts.values()) / 1024
    print(f"{sum(fonts.values()) / 1024:7.1f} KiB of fonts, if all were used")
    return all(
        (
            verdict("P10", "KiB sent, without fonts", total, 60, at_most=True),
            verdict("P10", "requests, without fonts", len(parts), 6, at_most=True),
            verdict("P10", "third parties", len(strangers), 0, at_most=True),
            verdict("P10", "KiB of compressed HTML", parts[base] / 1024, 8, at_most=True),
        )
    )


def main() -> None:
    """The commands of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("kept", "made", "weight"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    if options.what != "weight":
        require("wrk")
    commands = {"kept": kept, "made": made, "weight": weight}
    sys.exit(0 if commands[options.what](options) else 1)


if __name__ == "__main__":
    main()
