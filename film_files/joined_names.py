"""Names joined to one text: `Drama|Mystery`, `Drama; Mystery`, `Drama, Mystery`, `Drama/Mystery`.

The separator is the first that the cell holds: a bar, a semicolon or a line break, a comma, a slash. With one of them,
the later ones belong to the names. What the whole column tells goes first; that is in join_columns.py.

`Warner Bros., Inc.`, `Korea, Republic of` and `Korea, North` are one name: an ending of a company, a person or a
country, and a piece that ends with "of", belong to the name before.
"""

import re
from dataclasses import dataclass
from typing import Literal

from film_files.cells import quoted

Separator = Literal["|", ",", "/", ""]

# Names without slashes, and without commas but in "Korea, Republic of"; SA is a country here, and an ending elsewhere.
CODES = frozenset({"genres", "production_countries", "origin_country", "spoken_languages"})
PEOPLE = frozenset({"cast", "crew", "directors", "writers", "credits.cast", "credits.crew"})  # without slashes
COMPANIES = frozenset({"production_companies"})
STRONG = re.compile(r"[|；｜\n]|;(?<!&amp;)(?<!&quot;)(?<!&apos;)(?<!&#39;)(?<!&#039;)(?<!&nbsp;)| [•·] ")
_COMMA = re.compile(r"[,，、]")
_SLASH = re.compile(r"(?<!/)/(?!/)")
# The rest of a name after its comma, alone no country, as in `Egypt, Arab Rep.`; and names of two known words.
_INVERTED = re.compile(
    r"the|north|south|northern|southern|equatorial|rep|republic|rb|fyr|sar|(?:people['’]?s|dem|democratic|islamic|arab"
    r"|fed|federal|federated|united|bolivarian|plurinational) (?:rep|republic|people|sts|states|state)\b.*"
    r"|province of .*|(?:hong kong|maca[ou]) sar(?:,? china)?"
)
_TWO_WORDS = re.compile(
    r"virgin islands, (?:us|british)|(?:hong kong|maca[ou]) sar, china|(?:guiana|polynesia), french"
    r"|chinese, (?:mandarin|cantonese|simplified|traditional)"
)
_ENDINGS = frozenset(  # without points
    re.findall(
        r"\S+",
        """inc incorporated ltd limited llc llp lp co corp corporation company the gmbh ag kg sa sas sl slu srl spa bv
        nv as a/s oy ab kk plc pty pvt pte lda ltda sc zoo doo jr sr ii iii iv phd md esq""",
    )
) | {"co ltd", "co inc", "pty ltd", "pvt ltd", "pte ltd"}


@dataclass(frozen=True)
class JoinForm:
    """What the column as a whole tells about the separator of its names."""

    main: Separator = ""  # joins the names; the others belong to names
    rivals: str = ""  # the separators that cells hold, if none of them is plainly the one
    example: str = ""  # a cell joined by one of them
    hyphened: str = ""  # a cell that shows that hyphens join names
    names: tuple[str, ...] = ()  # that stand alone in cells of such a column

    def describe(self) -> str:
        """For people; empty for names joined as usual."""
        if self.main == "|":
            return "commas belong to names"
        return f"{self.hyphened} (hyphens join names)" if self.names else ""


NO_FORM = JoinForm()


def split_names(text: str, column: str, form: JoinForm = NO_FORM) -> list[str]:
    """The names of a cell. Raises ValueError with the reason if the cell can be read in two ways."""
    if form.hyphened and ("-" in text or not form.names):
        return _split_at_hyphens(text, form)
    plain = text.isascii()
    if (not plain or "|" in text or ";" in text or "\n" in text) and STRONG.search(text):
        if form.main in ("", "|") or column in CODES:
            return pieces_of(STRONG.split(text))
        if form.main not in text and not re.search(r" [|;] |\w; ", text):
            raise _two_ways(text, len(STRONG.split(text)), form)
    if form.main in ("", ",") and ("," in text or (not plain and _COMMA.search(text))):
        names = rejoined(text.split(",") if plain else _COMMA.split(text), column)
        if len(names) > 1 and "," in form.rivals:
            raise _two_ways(text, len(names), form)
        return names
    if "/" in text and form.main in ("", "/"):
        return _split_at_slashes(text, column, form)
    return pieces_of([text])


def pieces_of(split: list[str]) -> list[str]:
    """The pieces without blanks around them, and without empty ones."""
    return [piece for piece in map(str.strip, split) if piece]


def rejoined(split: list[str], column: str) -> list[str]:
    """The names between commas: an ending belongs to the name before."""
    endings = _ENDINGS if column in PEOPLE or column in COMPANIES else frozenset()
    names: list[str] = []
    for piece in map(str.strip, split):
        bare = piece.replace(".", "").lower()
        if names and (bare in endings or bare.endswith((" of", " of the")) or _is_rest(names[-1], bare, column)):
            names[-1] += f", {piece}"
        elif piece:
            names.append(piece)
    return names


def _is_rest(name: str, bare: str, column: str) -> bool:
    if column not in CODES or column == "genres":
        return False
    return _INVERTED.fullmatch(bare) is not None or _TWO_WORDS.fullmatch(f"{name.lower()}, {bare}") is not None


def _split_at_hyphens(text: str, form: JoinForm) -> list[str]:
    pieces = pieces_of(text.split("-"))
    if form.names and set(pieces) <= set(form.names):
        return pieces
    if len(pieces) == 1 or (form.names and not set(pieces) & set(form.names)):
        return [text.strip()]
    raise ValueError(f"is {quoted(text)}, with hyphens between names and perhaps in them; join names by |")


def _split_at_slashes(text: str, column: str, form: JoinForm) -> list[str]:
    """Names between slashes; AC/DC, 24/7 and w/o are one. Without blanks around it, companies have a slash in names."""
    pieces = [piece.strip() for piece in _SLASH.split(text)]
    whole = [text.strip()]
    if len(pieces) == 1:
        return whole
    if form.main == "/" or column in CODES:
        return pieces_of(pieces)
    if not all(re.search(r"[^\W\d_]{2}", piece) for piece in pieces):
        return whole
    if " / " in text and not form.rivals:
        return pieces
    if not all(len(piece) > 3 and not piece[0].islower() for piece in pieces):
        return whole
    if column in PEOPLE and not form.rivals:
        return pieces
    raise _two_ways(text, len(pieces), form)


def _two_ways(text: str, names: int, form: JoinForm) -> ValueError:
    others = f": other cells are joined otherwise, such as {quoted(form.example)}" if form.example else ""
    return ValueError(f"is {quoted(text)}, which can be one name or {names}{others}; join names by | in all rows")
