"""Copy a Pabulib file without what voters said of themselves: tools/strip_pabulib.py IN.pb OUT.pb.gz

Keeps META and PROJECTS as they are, and of VOTES only the number, the vote and the points.
"""

import gzip
import sys
from pathlib import Path

KEPT = ("voter_id", "vote", "points")


def stripped(text: str) -> str:
    """Sections are kept line by line; ballots hold no quoted cells in the columns that stay."""
    head, separator, votes = text.partition("VOTES\n")
    header, *lines = votes.splitlines()
    columns = header.split(";")
    places = [columns.index(name) for name in KEPT if name in columns]
    kept = [";".join(columns[place] for place in places)]
    for number, line in enumerate(lines, start=1):
        cells = line.split(";")
        cells[columns.index("voter_id")] = str(number)
        kept.append(";".join(cells[place] for place in places))
    return head + separator + "\n".join(kept) + "\n"


def main() -> None:
    source, target = map(Path, sys.argv[1:3])
    content = source.read_bytes()
    text = (gzip.decompress(content) if source.suffix == ".gz" else content).decode("utf-8-sig")
    packed = gzip.compress(stripped(text.replace("\r\n", "\n")).encode(), 9, mtime=0)
    target.write_bytes(packed)


if __name__ == "__main__":
    main()
