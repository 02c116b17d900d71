"""Recordings of the commune: in which languages, what kind of file, and what the charter says of each.

A file is known by its bytes and not by its name. Only what browsers play is taken: Opus in Ogg (RFC 7845),
MP3 (ISO 11172-3 and 13818-3, layer III) and AAC in MP4 (ISO 14496-12, the file that ends in .m4a).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from struct import unpack_from

# ary Darija, shi Tachelhit, tzm Tamazight of the Atlas, rif Tarifit, zgh standard Amazigh.
LANGUAGES = ("ary", "shi", "tzm", "rif", "zgh", "ar", "fr", "en")
_AMAZIGH = ("shi", "tzm", "rif", "zgh")
# What is played first to the reader of a page in this language.
_FIRST = {
    "ar": ("ary", "ar", *_AMAZIGH),
    "zgh": (*_AMAZIGH, "ary", "ar"),
    "fr": ("fr", "ary"),
    "en": ("en", "fr", "ary"),
}
LARGEST_FILE = (
    150_000  # bytes: half a minute of speech, on a network that carries 400 kbit in a second
)
MOST_OF_A_PROJECT = 4
MOST_OF_A_VOTE = 200  # 30 MB at most

OGG, MP3, M4A = "audio/ogg", "audio/mpeg", "audio/mp4"
ENDINGS = {OGG: "ogg", MP3: "mp3", M4A: "m4a"}


@dataclass(frozen=True, slots=True)
class Sound:
    """What kind of file some bytes are. `seconds`: how long one listens, 0 when it does not say."""

    media_type: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording as it stands in the charter. `project` is the project's key, `size` in bytes."""

    project: str
    lang: str
    sha256: str
    media_type: str
    size: int
    seconds: int

    @property
    def name(self) -> str:
        """As in its address, which so changes with its content: `ary-9f86d081884c7d65.ogg`."""
        return f"{self.lang}-{self.sha256[:16]}.{ENDINGS[self.media_type]}"


def in_order_for(lang: str, recordings: Iterable[Recording]) -> tuple[Recording, ...]:
    """Those of one project, what the reader of a page in this language wants to hear first."""
    order = (*_FIRST.get(lang, ()), *LANGUAGES)
    return tuple(sorted(recordings, key=lambda recording: order.index(recording.lang)))


def sound_of(content: bytes) -> Sound | None:
    """None for what is no whole file of a kind that browsers play."""
    for media_type, read in _KINDS:
        seconds = read(content)
        if seconds is not None:
            return Sound(media_type, round(seconds))
    return None


_LEAST_PAGES = 3  # the head, the tags, and sound


def _ogg_opus(content: bytes) -> float | None:
    """Pages one after the other, the first with the head of Opus; they count at 48 kHz."""
    pages = list(_ogg_pages(content))
    if len(pages) < _LEAST_PAGES or b"".join(page for _, page in pages) != content:
        return None
    head = pages[0][1][28:]
    if pages[0][1][5] & 2 == 0 or head[:8] != b"OpusHead" or len(head) < 19:
        return None
    skipped: int = unpack_from("<H", head, 10)[0]
    return max(0, pages[-1][0] - skipped) / 48_000


def _ogg_pages(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The position at the end of each page, and the page."""
    at = 0
    while content[at : at + 5] == b"OggS\0" and len(content) >= at + 27:
        segments = content[at + 27 : at + 27 + content[at + 26]]
        end = at + 27 + content[at + 26] + sum(segments)
        if end > len(content):
            return
        yield unpack_from("<q", content, at + 6)[0], content[at:end]
        at = end


def _m4a(content: bytes) -> float | None:
    """Boxes one after the other: the type, and a film of sound and no picture."""
    boxes = dict(_boxes(content, 0, len(content)))
    if content[4:8] != b"ftyp" or b"moov" not in boxes or b"mdat" not in boxes:
        return None
    start, end = boxes[b"moov"]
    film = content[start:end]
    if b"mp4a" not in film or b"vide" in film:
        return None
    head = dict(_boxes(content, start, end)).get(b"mvhd")
    if head is None or head[1] - head[0] < 32:
        return None
    # Version 1 has dates and the length in 64 bits.
    form, at = (">IQ", 20) if content[head[0]] else (">II", 12)
    scale, length = unpack_from(form, content, head[0] + at)
    return length / scale if scale else 0


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """The name of each box, and where its inside begins and ends. Nothing when one is cut off."""
    found = []
    while at + 8 <= end:
        size: int = unpack_from(">I", content, at)[0]
        if size < 8 or at + size > end:
            return
        found.append((content[at + 4 : at + 8], (at + 8, at + size)))
        at += size
    if at == end:
        yield from found


_KBITS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_ID3V1_BYTES = 128
_LEAST_FRAMES = 2  # one could be chance


def _mp3(content: bytes) -> float | None:
    """Frames of layer III one after the other, behind what a program wrote about them (ID3)."""
    at = 0
    if content[:3] == b"ID3" and len(content) >= 10:
        a, b, c, d = content[6:10]
        at = 10 + (a << 21 | b << 14 | c << 7 | d)
    frames, seconds = 0, 0.0
    while (frame := _frame_at(content, at)) is not None:
        size, lasts = frame
        at, frames, seconds = at + size, frames + 1, seconds + lasts
    return seconds if frames >= _LEAST_FRAMES and _is_nothing_more(content[at:]) else None


def _is_nothing_more(rest: bytes) -> bool:
    """Whether behind the last frame stands at most what a program wrote about the sound (ID3v1, APE)."""
    is_id3 = rest[:3] == b"TAG" and len(rest) == _ID3V1_BYTES
    return not rest or is_id3 or rest[:8] == b"APETAGEX"


def _frame_at(content: bytes, at: int) -> tuple[int, float] | None:
    """Bytes and seconds of the frame that begins here."""
    head = content[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, sampling, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer != 1 or not 0 < rate < 15 or sampling == 3:
        return None
    hertz = _HERTZ[version][sampling]
    samples = 1152 if version == 3 else 576
    size = samples // 8 * _KBITS[3 if version == 3 else 2][rate] * 1000 // hertz + padding
    return (size, samples / hertz) if at + size <= len(content) else None


_KINDS = ((OGG, _ogg_opus), (M4A, _m4a), (MP3, _mp3))
