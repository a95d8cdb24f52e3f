"""Which encoding a file of text has."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MARKED = "interlock.marked"
"""Error handler of decoding: a byte that is no text becomes half a character, which refuses its
row (`interlock.connectors.files.UNCLEAN`). Python's own does so with the upper half of bytes."""

_BLOCK = 1 << 20
_SAMPLE = 256 * 1024
_NOT_ASCII = re.compile(rb"[^\r\n,;\t\"]*[\x80-\xff][^\r\n,;\t\"]*")
_HIGH = re.compile(rb"[\x80-\xff]")
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_USUAL = frozenset("€£§°«»·®™…\u2013\u2014\u2018\u2019\u201c\u201d\u201e")
_WELL_FORMED = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in lost), error.end


codecs.register_error(MARKED, _marked)


def detect(stream: BinaryIO) -> str:
    """The encoding, as Python names it.

    By the byte order mark; else UTF-8 unless more of its letters are wrong than right; else what
    the letters that are not ASCII, wherever in the file they stand, look like.
    """
    start = stream.read(4096)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    if start.count(0) * 3 > len(start):
        return "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"
    sample = b" ".join(_unusual(stream, start))
    right = len(_WELL_FORMED.findall(sample))
    wrong = len(_HIGH.findall(_WELL_FORMED.sub(b"", sample)))
    return "utf-8" if right >= wrong else _single_byte(sample)


def _unusual(stream: BinaryIO, block: bytes) -> Iterator[bytes]:
    """Cells that are not plain ASCII, up to a sample's size."""
    size = 0
    while block and size < _SAMPLE:
        if not block.isascii():
            for cell in _NOT_ASCII.findall(block):
                yield cell[:200]
                size += len(cell[:200])
        block = stream.read(_BLOCK)


def _single_byte(sample: bytes) -> str:
    """Western or central European Windows letters where they fit, since most such exports are that.

    Where most letters are not ASCII the alphabet is another one, and its letters tell which.
    """
    unusual = len(_HIGH.findall(sample))
    if unusual <= len(_ASCII_LETTERS.findall(sample)):
        for encoding in ("cp1252", "cp1250"):
            if _share_of_letters(sample, encoding) >= 0.9:  # noqa: PLR2004 - nearly all
                return encoding
    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"


def _share_of_letters(sample: bytes, encoding: str) -> float:
    """How much of what is not ASCII would be letters, or signs that stand in texts."""
    found = [sign for sign in sample.decode(encoding, "replace") if not sign.isascii()]
    return sum(sign.isalpha() or sign in _USUAL for sign in found) / max(len(found), 1)
