"""The encoding of a text: by its byte order mark, as UTF-8, or guessed from all its lines that are not ASCII.

A guess is named as one, and can be overruled. No byte is ever replaced. A further encoding belongs in `_east_asian` or
`SINGLE_BYTE`.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from film_files.errors import FilmFileError, listed

SAMPLE_BYTES = 100_000
MIXED_SHARE = 0.3  # of the lines that are not ASCII; with as many in UTF-8, the file is UTF-8 with damaged lines

# In the order in which they are taken where a text tells no difference.
SINGLE_BYTE = (
    "cp1252", "cp1250", "cp1254", "cp1257", "cp1251", "cp1253", "cp1255", "cp1256", "cp874", "koi8_r", "mac_roman",
    "cp850",
)  # fmt: skip

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SEVEN_BIT = ("iso2022", "hz", "utf-7")  # whose bytes are all ASCII, and so UTF-8 too
_TOGETHER = re.compile(r"[^\x00-\x7f]{2,}")
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_OTHER_LETTERS = "\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0e00-\u0e7f"
_CAPITALS = "".join(sign for sign in map(chr, range(0xC0, 0x250)) if sign.isupper())
_BETWEEN = r"\w\s\u00a0\u00ad\u00ae\u00b0\u00b4\u00b7\u00bb\u2010-\u203a\u2122"  # signs that may stand between letters
_SYMBOLS = (
    r"\u00a2-\u00a9\u00ac\u00af\u00b1-\u00b3\u00b5-\u00b9\u00bc-\u00bf\u2020-\u2022\u2026\u2030\u2039\u2200-\u25ff"
)
_MARKS_AFTER = r"\u2013\u2014\u2018\u201a-\u201c\u201e\u2020-\u2022\u2030\u2039"  # a letter comes after none of these
_ODD = re.compile(
    rf"(?<=[a-z])[{_CAPITALS}]"  # tÈ
    rf"|(?<=[{_LATIN}])[{_OTHER_LETTERS}]|[{_OTHER_LETTERS}](?=[{_LATIN}])"  # straЯe
    rf"|(?<=[A-Za-z])[^\x00-\x7f{_BETWEEN}](?=[A-Za-z])"  # Se±or
    rf"|[{_SYMBOLS}](?=[a-z])"  # …t
    rf"|(?<=[A-Za-z])(?:[{_MARKS_AFTER}](?=[a-z])|[\u02c6\u02c7\u02d8-\u02dd])"  # Se–or, cafˇ
    r"|[\x80-\x9f]"
)
# The letters in which cp1252 and cp1254 differ, as in "Þór" or "Şehir"; only Icelandic words have acute accents too.
_ICELANDIC_OR_TURKISH = re.compile(rb"[A-Za-z\x80-\xff]*[\xf0\xfe\xde\xdd\xfd][A-Za-z\x80-\xff]*")
_TURKISH = re.compile(
    rb"(?<![A-Za-z\x80-\xff])(?![A-Za-z\x80-\xff]*[\xe1\xe9\xed\xf3\xfa\xe6\xc1\xc9\xcd\xd3\xda])"
    rb"[A-Za-z\xc0-\xff]*[\xf0\xfe\xde\xdd][A-Za-z\xc0-\xff]*"
)


@dataclass(frozen=True)
class TextEncoding:
    """The name by which Python knows an encoding, and whether it is a guess."""

    codec: str
    guessed: bool = False

    @property
    def label(self) -> str:
        """Its name for people."""
        return self.codec.removesuffix("-sig").replace("_", "-")


def find_encoding(open_bytes: Callable[[], BinaryIO], name: str, forced: str | None = None) -> TextEncoding:
    """The encoding of the whole text; `forced` that of a text that is not UTF-8, such as one of several files.

    Raises FilmFileError when it cannot be told, or when a few lines of a UTF-8 text are damaged.
    """
    with open_bytes() as stream:
        head = stream.read(1 << 16)
    if forced:
        codec = _codec(forced, name)
        is_utf_8 = (
            b"\0" not in head and not codec.startswith(_SEVEN_BIT) and first_bad_line(open_bytes, "utf-8") is None
        )
        return TextEncoding("utf-8-sig" if is_utf_8 else codec)
    marked = next((codec for mark, codec in BYTE_ORDER_MARKS.items() if head.startswith(mark)), None)
    if marked:
        return TextEncoding(marked)
    if b"\0" in head:
        return TextEncoding(_wide(head, name), guessed=True)
    if first_bad_line(open_bytes, "utf-8") is None:
        return TextEncoding("utf-8")
    lines, valid, damaged = _lines_beyond_ascii(open_bytes)
    if valid >= MIXED_SHARE * (valid + damaged):
        raise FilmFileError(
            f"{name} is not UTF-8 throughout: line {first_bad_line(open_bytes, 'utf-8')} holds bytes that are not, "
            f"as do {damaged:,} of {valid + damaged:,} lines with letters beyond ASCII. "
            "Save it again as UTF-8, or set its encoding.",
            kind="encoding",
        )
    guess = _east_asian(lines) or _single_byte(b"".join(lines))
    if guess is None:
        raise FilmFileError(
            f"{name} is not UTF-8 (first in line {first_bad_line(open_bytes, 'utf-8')}), and its encoding cannot be "
            "told: save it as UTF-8, or set its encoding.",
            kind="encoding",
        )
    return TextEncoding(guess, guessed=True)


def first_bad_line(open_bytes: Callable[[], BinaryIO], codec: str) -> int | None:
    """The first line whose bytes are not of this encoding, None if all are."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    with open_bytes() as stream:
        while True:
            chunk = stream.read(1 << 16)  # what the processor's cache holds
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start])
                return line + before.decode(codec, errors="ignore").count("\n")
            if not chunk:
                return None
            line += text.count("\n")


def _codec(forced: str, name: str) -> str:
    try:
        found = codecs.lookup(forced.strip())
        "".encode(found.name)  # codecs such as base64 are no encodings of a text
    except LookupError as error:
        raise FilmFileError(
            f"{name}: there is no encoding called {listed([forced])}: give one such as utf-8, cp949 or cp1252.",
            kind="encoding",
        ) from error
    return "utf-8-sig" if found.name == "utf-8" else found.name


def _wide(head: bytes, name: str) -> str:
    """UTF-16 or UTF-32 without a byte order mark, which show in the zeros of their ASCII characters."""
    for codec, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        try:
            text = codecs.getincrementaldecoder(codec)().decode(head[: len(head) // width * width])
        except UnicodeDecodeError:
            continue
        plain = sum(1 for sign in text if sign in "\t\r\n" or " " <= sign <= "~")
        if plain > len(text) / 10 and "\0" not in text:
            return codec
    raise FilmFileError(
        f"{name} holds bytes of no text (zeros in its beginning): give a CSV, JSON, Parquet or .xlsx file.",
        kind="not_a_table",
    )


def _lines_beyond_ascii(open_bytes: Callable[[], BinaryIO]) -> tuple[list[bytes], int, int]:
    """Lines with bytes beyond ASCII, a sample over the whole file; how many of all are UTF-8, how many not."""
    sample: list[bytes] = []
    size, stride, counts = 0, 1, [0, 0]
    for line in _bounded_lines(open_bytes):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            counts[0] += 1
        except UnicodeDecodeError:
            counts[1] += 1
            if counts[1] % stride == 0:
                sample.append(line)
                size += len(line)
        while size > SAMPLE_BYTES and len(sample) > 1:
            sample, stride = sample[::2], stride * 2
            size = sum(map(len, sample))
    return sample, counts[0], counts[1]


def _bounded_lines(open_bytes: Callable[[], BinaryIO]) -> Iterator[bytes]:
    with open_bytes() as stream:
        while line := stream.readline(SAMPLE_BYTES):
            yield line


def _east_asian(lines: list[bytes]) -> str | None:
    """CP949, GB18030, Big5, Shift-JIS or EUC-JP, where nearly all characters are among its common ones.

    By the rows of each character set: KS X 1001 has Hangul in B0 to C8, GB 2312 its common characters in B0 to D7, Big5
    in A4 to C6; Japanese has kana.
    """
    text = b"".join(lines)
    pairs = {codec: _pairs(text, codec) for codec in ("cp949", "gb18030", "euc_jp", "cp932", "big5hkscs")}
    if kana := pairs["euc_jp"]:
        share = sum(1 for lead, _ in kana if lead in (0xA4, 0xA5)) / len(kana)
        if share >= 0.15 and _share(kana, 0xA1, 0xF4, low=0xA1) > 0.95:
            return "euc_jp"
    if (shift := pairs["cp932"]) and sum(1 for lead, _ in shift if lead in (0x82, 0x83)) / len(shift) >= 0.15:
        return "cp932"
    if _share(pairs["cp949"], 0xB0, 0xC8, low=0xA1) >= 0.9:
        return "cp949"
    if _share(pairs["gb18030"], 0xB0, 0xD7, low=0xA1) >= 0.75:
        return "gb18030"
    # A capital with an accent before a letter looks the same, but stands alone.
    together = sum(map(len, _TOGETHER.findall(text.decode("big5hkscs", errors="ignore"))))
    is_big5 = _share(pairs["big5hkscs"], 0xA4, 0xC6, low=0x40) >= 0.9 and together > len(pairs["big5hkscs"]) / 2
    return "big5hkscs" if is_big5 else None


def _pairs(text: bytes, codec: str) -> list[tuple[int, int]]:
    """The two bytes of each character beyond ASCII but punctuation; none if the text is not of this encoding."""
    try:
        decoded = text.decode(codec)
    except UnicodeDecodeError:
        return []
    found = [sign.encode(codec) for sign in decoded if sign > "\x7f" and sign.isalpha()]
    return [(sign[0], sign[1]) for sign in found if len(sign) == 2] if all(len(sign) <= 2 for sign in found) else []


def _share(pairs: list[tuple[int, int]], first: int, last: int, *, low: int) -> float:
    return sum(1 for lead, trail in pairs if first <= lead <= last and trail >= low) / (len(pairs) or 1)


def _odd_signs(text: bytes, codec: str) -> int | None:
    """How many signs beyond ASCII no word has there: a capital after a small letter, a symbol or an alphabet within.

    None if the text is not of this encoding.
    """
    try:
        decoded = text.decode(codec)
    except UnicodeDecodeError:
        return None
    return len(_ODD.findall(decoded))


def _single_byte(text: bytes) -> str | None:
    """The encoding that charset-normalizer finds least odd and most like a language, of those that make words.

    A few short titles tell it little, and it takes `…tÈ` for a word as well as `Été`.
    """
    import charset_normalizer  # takes time to import, and most files are UTF-8

    odd = {codec: found for codec in SINGLE_BYTE if (found := _odd_signs(text, codec)) is not None}
    wordlike = [codec for codec, found in odd.items() if found == min(odd.values())]
    # What makes words alone is not refused for its many accents.
    threshold = 0.3 if not wordlike or odd[wordlike[0]] else 1.0
    matches = charset_normalizer.from_bytes(text, cp_isolation=wordlike or None, threshold=threshold)
    if not wordlike or not matches:
        return None
    least = min(match.chaos for match in matches)
    likely = [match for match in matches if match.chaos <= least + 0.1]
    most = max(match.coherence for match in likely)
    best = min((match.encoding for match in likely if match.coherence >= most - 0.05), key=SINGLE_BYTE.index)
    if best == "cp1252" and 2 * len(_TURKISH.findall(text)) > len(_ICELANDIC_OR_TURKISH.findall(text)):
        return "cp1254"
    return best
