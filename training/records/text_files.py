"""Text files: from bytes to lines, whatever the letters are written in, packed with gzip or not.

UTF-8 is proven by reading it. UTF-16 is known by its mark, or by the empty half of each letter. Windows-1252 is only
taken when there can be little doubt: nothing in it is UTF-8, and each letter beyond ASCII is one that Dutch and its
neighbours have, inside a word. Anything else is refused and not guessed, because a community with an `é` that was
guessed wrong is another community.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from model.errors import FileError
from training.records.tables import Messages

LONGEST_LINE = 10_000_000
"""Bytes in one line; no record is longer."""
MOST_UNPACKED, MOST_TIMES = 50_000_000, 100
"""Bytes out of gzip that are always fine, and how many times as large as packed more than that may be."""

UTF8 = "utf-8-sig"
_SHOWN = {"cp1252": "Windows-1252", **dict.fromkeys(("utf-16", "utf-16-le", "utf-16-be"), "UTF-16")}
_BEGINNING = 32
"""Bytes by which UTF-16 without a mark is known: a header begins with plain letters."""
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
"""Two bytes that are one letter in UTF-8, and two unlikely ones side by side in Windows-1252."""
_GZIP = b"\x1f\x8b"
_OTHER_KINDS = {
    b"PK\x03\x04": "XLSX, ODS (zip)", b"\xd0\xcf\x11\xe0": "XLS", b"PAR1": "Parquet", b"%PDF": "PDF",
}  # fmt: skip
_BLOCK = 1 << 20
_LETTERS = frozenset("áàâäãåçéèêëíìîïñóòôöõøúùûüýÿœæÁÀÂÄÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜÝŸŒÆß")
_SIGNS = frozenset("‘’“”–—…€•´°·\xa0")
_WORD = re.compile(r"[^\W\d_]+")
_MOST_ACCENTS = 2
"""Accents in one word, as in één; Cyrillic read as Windows-1252 has whole words of them."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of text.

    Attributes:
        encoding: name of the codec.
        size: bytes on disk, the unit in which reading comes further.
        packed: whether it is packed with gzip.
        notes: what is not UTF-8 about it, in words.
    """

    path: Path
    encoding: str
    size: int
    packed: bool
    notes: tuple[str, ...]

    def lines(self) -> Iterator[tuple[str, int]]:
        """Lines with their ends, however those are written, each with the bytes read so far."""
        with self.path.open("rb") as file:
            unpacked = gzip.GzipFile(fileobj=file) if self.packed else file
            with io.TextIOWrapper(unpacked, self.encoding, newline="") as text:
                for line in text:
                    yield line, min(file.tell(), self.size)


def open_text(path: Path, messages: Messages) -> TextFile:
    """Look at all bytes of a file, and find out what its letters are written in.

    Raises:
        FileError: it is no text, of which the letters are known and the lines are not endless.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for start, kind in _OTHER_KINDS.items():
        if head.startswith(start):
            raise FileError(messages["file_is_other_kind"].format(file=path.name, kind=kind))
    packed = head.startswith(_GZIP)
    if packed and (inside := _packed_kind(path)):
        raise FileError(messages["file_is_other_kind"].format(file=path.name, kind=inside))
    try:
        encoding = _encoding(path, packed, messages)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileError(messages["file_cut_off"].format(file=path.name)) from None
    notes = [messages["file_packed"]] if packed else []
    if encoding != UTF8:
        notes.append(messages["file_letters"].format(name=_SHOWN[encoding]))
    return TextFile(path, encoding, path.stat().st_size, packed, tuple(notes))


def _packed_kind(path: Path) -> str | None:
    """The kind of what is packed with gzip, where that is no text; None also for what cannot be unpacked."""
    try:
        with gzip.open(path) as unpacked:
            head = unpacked.read(4)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return None
    kinds = {**_OTHER_KINDS, _GZIP: "gzip in gzip"}
    return next((kind for start, kind in kinds.items() if head.startswith(start)), None)


def _encoding(path: Path, packed: bool, messages: Messages) -> str:
    blocks = _blocks(path, packed, messages)
    first = next(blocks, b"")
    encoding = _utf16(first) or UTF8
    line = _line_of_fault(chain((first,), blocks), encoding)
    if line is None:
        return encoding
    if encoding == UTF8 and is_surely_windows(b"".join(_blocks(path, packed, messages, MOST_UNPACKED))):
        return "cp1252"
    raise FileError(messages["file_not_utf8"].format(line=line))


def _utf16(first: bytes) -> str | None:
    """The kind of UTF-16 that a file begins with: by its mark, or by the empty half of plain letters."""
    if first.startswith(codecs.BOM_UTF32_LE):
        return None
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = first[:_BEGINNING]
    if len(start) == _BEGINNING:
        for codec, empty, full in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
            if not any(empty) and all(full):
                return codec
    return None


def _blocks(path: Path, packed: bool, messages: Messages, most: int | None = None) -> Iterator[bytes]:
    """The bytes of a file, unpacked.

    Raises:
        FileError: a line has no end, or much too much is packed in little.
    """
    if packed:
        most = max(MOST_UNPACKED, MOST_TIMES * path.stat().st_size)
    size = line = 0
    with path.open("rb") as file:
        unpacked = gzip.GzipFile(fileobj=file) if packed else file
        while block := unpacked.read(_BLOCK):
            size += len(block)
            end = max(block.rfind(b"\n"), block.rfind(b"\r"))
            line = len(block) - end - 1 + (line if end < 0 else 0)
            if line > LONGEST_LINE or (most is not None and size > most):
                raise FileError(messages["file_bomb"].format(file=path.name))
            yield block


def _line_of_fault(blocks: Iterator[bytes], encoding: str) -> int | None:
    """The line with the first letter that this codec cannot read; None when it reads all."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for block in chain(blocks, (b"",)):
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
    return None


def is_surely_windows(content: bytes) -> bool:
    """Whether bytes that are not UTF-8 are Windows-1252, as Dutch and its neighbours are written in it."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    if not {each for each in text if not each.isascii()} <= _LETTERS | _SIGNS or _UTF8_SEQUENCE.search(content):
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return all(_is_likely(word) for word in words)


def _is_likely(word: str) -> bool:
    """Whether the accents of a word are few, and stand among plain letters."""
    accents = [each for each in word if not each.isascii()]
    return len(accents) <= _MOST_ACCENTS and len(accents) < len(word)
