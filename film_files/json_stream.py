"""JSON as a stream of values, of which only the one that is read is in memory.

What the values of a film are belongs in json_films.py.
"""

import json
from typing import Any

from film_files.errors import FilmFileError, shortened
from film_files.text_lines import MAX_LINE, FilmText

_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder(parse_constant=lambda name: None if name == "NaN" else float(name))


def decoded(line: str) -> Any:
    """The value in a line of JSON; None if there is none."""
    try:
        return _DECODER.decode(line.strip("\ufeff"))
    except (ValueError, RecursionError):
        return None


class JsonStream:
    """JSON text of which only what is needed is in memory."""

    def __init__(self, text: FilmText) -> None:
        self._blocks = text.blocks(1 << 16)
        self._name = text.name
        self._buffer = ""
        self._at = 0
        self.line = 1

    def peek(self) -> str | None:
        """The next character that is no space, None at the end."""
        while True:
            while self._at < len(self._buffer):
                sign = self._buffer[self._at]
                if sign not in _SPACE and sign != "\ufeff":
                    return sign
                self.skip()
            if not self._more(1):
                return None

    def skip(self) -> None:
        """Pass one character."""
        self.line += self._buffer[self._at] == "\n"
        self._at += 1

    def expect(self, signs: str) -> str:
        """Pass the next character, which must be one of these."""
        sign = self.peek()
        if sign is None:
            raise self._cut()
        if sign not in signs:
            raise self.invalid(f"{' or '.join(signs)} is expected here")
        self.skip()
        return sign

    def value(self) -> Any:
        """The next value."""
        if self.peek() is None:
            raise self._cut()
        wanted = 1 << 12
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError as error:
                raise FilmFileError(
                    f"{self._name}: a value in line {self.line} is nested too deep.", kind="json"
                ) from error
            except ValueError as error:
                problem = str(getattr(error, "msg", error))
            else:
                # A number at the end of what is read may go on.
                if end < len(self._buffer) or isinstance(value, dict | list | str) or not self._more(1):
                    self.line += self._buffer.count("\n", self._at, end)
                    self._at = end
                    return value
                continue
            if len(self._buffer) - self._at > MAX_LINE:
                raise self.invalid(f"{problem}, or a value longer than {MAX_LINE >> 20} MB")
            if not self._more(wanted):
                raise self._cut() if self._open_at_end() else self.invalid(problem)
            wanted = 2 * (len(self._buffer) - self._at)  # so that long values are not decoded over and over

    def invalid(self, what: str) -> FilmFileError:
        """The error at this place."""
        quoted = shortened(self._buffer[self._at : self._at + 60], 40)
        return FilmFileError(f'{self._name} is not valid JSON in line {self.line} at "{quoted}": {what}.', kind="json")

    def _cut(self) -> FilmFileError:
        return FilmFileError(
            f"{self._name} ends inside of its JSON, in line {self.line}: fetch or copy it again.", kind="damaged"
        )

    def _open_at_end(self) -> bool:
        rest = self._buffer[self._at :]
        return rest.count("{") > rest.count("}") or rest.count("[") > rest.count("]")

    def _more(self, wanted: int) -> bool:
        """Read so many characters or a block more; whether there were any."""
        read, size = [self._buffer[self._at :]], 0
        self._at = 0
        for block in self._blocks:
            read.append(block)
            size += len(block)
            if size >= wanted:
                break
        self._buffer = "".join(read)
        return size > 0
