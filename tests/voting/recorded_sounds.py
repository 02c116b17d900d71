"""Tiny recordings of silence, made byte by byte: whole files that a browser plays."""

import struct


def ogg_opus(seconds: int = 1) -> bytes:
    """Frames of 20 ms of silence, 50 of them on a page (RFC 7845; the frame is the RFC's own example)."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
    pages = [_page(2, 0, 0, [head]), _page(0, 0, 1, [tags])]
    for second in range(seconds):
        is_last = second == seconds - 1
        end = 48_000 * (second + 1) + 312
        pages.append(_page(4 if is_last else 0, end, 2 + second, [b"\xf8\xff\xfe"] * 50))
    return b"".join(pages)


def _page(kind: int, position: int, number: int, packets: list[bytes]) -> bytes:
    lengths = bytes(len(packet) for packet in packets)
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, position, 7, number, 0, len(lengths))
    page = head + lengths + b"".join(packets)
    return page[:22] + struct.pack("<I", _sum_of_ogg(page)) + page[26:]


def _sum_of_ogg(page: bytes) -> int:
    """The check of RFC 3533: a CRC of 32 bits that begins at nothing and is not turned around."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ 0x04C11DB7 if found & 0x80000000 else found << 1) & 0xFFFFFFFF
    return found


def mp3(seconds: int = 1, *, tagged: bool = False) -> bytes:
    """Frames of layer III at 8 kbit/s and 16 kHz, each of 36 ms and 36 bytes, that hold nothing."""
    frame = b"\xff\xf3\x18\xc4" + bytes(32)
    tag = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) if tagged else b""
    return tag + frame * round(seconds / 0.036)


def m4a(seconds: int = 1, *, codec: bytes = b"mp4a", handler: bytes = b"soun") -> bytes:
    """The boxes that say what it is; there is no sound in them."""
    film = _box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 1000 * seconds) + bytes(80))
    track = _box(b"trak", _box(b"hdlr", bytes(8) + handler) + _box(b"stsd", bytes(8) + codec))
    kind = _box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom")
    return kind + _box(b"moov", film + track) + _box(b"mdat", bytes(16))


def _box(name: bytes, inside: bytes) -> bytes:
    return struct.pack(">I", 8 + len(inside)) + name + inside
