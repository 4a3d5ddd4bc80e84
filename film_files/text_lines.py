"""A text in blocks and in lines: decoded without replacing a byte, bounded, and with a way back for a parser.

Which encoding a text has is found in text_encoding.py; what the lines mean is in delimited.py and json_films.py.
"""

import codecs
import io
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Self

from film_files.errors import FilmFileError
from film_files.text_encoding import TextEncoding, first_bad_line

MAX_LINE = 8 << 20  # characters
BLOCK = 1 << 16  # characters read at once: what the processor's cache holds
HEAD = 1 << 20  # characters, by which a text's form is found
HISTORY = 64  # blocks of lines that a parser can have again
REPLACEMENT = "\ufffd"


@dataclass
class FilmText:
    """A file as text; each reading begins anew."""

    open_bytes: Callable[[], BinaryIO]
    encoding: TextEncoding
    name: str
    replaced_lines: int = 0  # read so far, with U+FFFD: an earlier program lost letters there

    def head(self) -> list[str]:
        """The first lines, as many as fit a megabyte; the last one may be cut."""
        blocks = self.blocks(HEAD)
        try:
            return list(io.StringIO(next(blocks, ""), newline=""))
        finally:
            blocks.close()

    def blocks(self, size: int) -> Generator[str, None, None]:
        """Its text in pieces of about this size. Raises FilmFileError at bytes that are not of its encoding."""
        decoder = codecs.getincrementaldecoder(self.encoding.codec)()
        with self.open_bytes() as stream:
            while True:
                packed = stream.read(size)
                try:
                    block = decoder.decode(packed, final=not packed)
                except UnicodeError as error:
                    raise self._undecodable() from error
                if block:
                    yield block
                if not packed:
                    return

    def whole_lines(self) -> Generator[list[str], None, None]:
        """Its lines with their line ends, those of about one block together. Raises FilmFileError as `blocks` does."""
        rest, too_long = "", False
        for block in self.blocks(BLOCK):
            text = rest + block
            end = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1  # a line feed may follow the last sign
            rest = text[end:]
            if end:
                yield self._split(text[:end], too_long)
                too_long = False
            if len(rest) > MAX_LINE:
                rest, too_long = "", True
        if rest or too_long:
            yield self._split(rest or "\n", too_long)

    def _split(self, text: str, too_long: bool) -> list[str]:
        lines = list(io.StringIO(text, newline=""))
        if REPLACEMENT in text:
            self.replaced_lines += sum(1 for line in lines if REPLACEMENT in line)
        if "\0" in text:
            lines = [UnreadableLine("holds a zero byte") if "\0" in line else line for line in lines]
        if too_long:
            lines[0] = UnreadableLine(f"is longer than {MAX_LINE >> 20} MB")
        return lines

    def _undecodable(self) -> FilmFileError:
        line = first_bad_line(self.open_bytes, self.encoding.codec)
        return FilmFileError(
            f"{self.name} is not {self.encoding.label} throughout: line {line} holds bytes that are not. "
            "Save it as UTF-8, or set its encoding.",
            kind="encoding",
        )


class TextLines:
    """The lines of a text one after another, for a parser that may have taken too many of them."""

    def __init__(self, text: FilmText) -> None:
        self._lists = self._remembered(text)
        self._history: deque[list[str]] = deque(maxlen=HISTORY)
        self._current: list[str] = []
        self._before = 0  # lines taken before those of `_current`
        self._ended = False
        self.iterator: Iterator[str] = chain.from_iterable(self._lists)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._lists.close()

    def taken(self, first: int, last: int) -> list[str] | None:
        """The lines taken after the first `first` of all, up to `last`; None if that is too long ago."""
        begin, end = first - self._before, last - self._before
        if begin >= 0:
            return self._current[begin:end]
        lines = self._current[:end]
        for earlier in reversed(self._history):
            lines = earlier + lines
            begin += len(earlier)
            if begin >= 0:
                return lines[begin:]
        return None

    def put_back(self, lines: list[str], taken: int) -> None:
        """Give these lines, the last of so many taken, once more; `iterator` may be another one then."""
        if self._ended:
            self._before, self._current = taken, lines
            self._history.clear()
            self.iterator = iter(lines)
        else:
            position = taken - self._before
            self._current[position:position] = lines  # which a list's iterator meets next

    def _remembered(self, text: FilmText) -> Generator[list[str], None, None]:
        for lines in text.whole_lines():
            self._before += len(self._current)
            self._history.append(self._current)
            self._current = lines
            yield lines
        self._ended = True


class UnreadableLine(str):
    """Stands for a line that is not kept, as a text that is invalid in CSV, within quotes as without, and in JSON."""

    problem: str

    def __new__(cls, problem: str) -> Self:
        line = super().__new__(cls, '"x"y\n')
        line.problem = problem
        return line
