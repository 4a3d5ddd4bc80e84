"""Names joined to one text: `Drama|Mystery`, `Drama; Mystery`, `Drama, Mystery`, `Drama/Mystery`.

The separator is the first that the cell holds: a bar, a semicolon or a line break, a comma, a slash. With one of them,
the later ones belong to the names. `Warner Bros., Inc.` and `Korea, Republic of` are one name: an ending of a company
or of a person, and a piece that ends with "of", belong to the name before. A hyphen separates only where the column
shows it: `Drama-Mystery` beside cells with `Drama` and `Mystery` alone.
"""

import re
from dataclasses import dataclass, field

from film_files.cells import quoted

# Names without slashes, and without commas but in "Korea, Republic of"; SA is a country here, and an ending elsewhere.
CODES = frozenset({"genres", "production_countries", "origin_country", "spoken_languages"})
_STRONG = re.compile(r"[|；｜\n]|;(?<!&amp;)(?<!&quot;)(?<!&apos;)(?<!&#39;)(?<!&#039;)(?<!&nbsp;)| [•·] ")
_COMMA = re.compile(r"[,，、]")
_SLASH = re.compile(r"(?<!/)/(?!/)")
_ENDINGS = frozenset(  # without points
    re.findall(
        r"\S+",
        """inc incorporated ltd limited llc llp lp co corp corporation company gmbh ag kg sa sas sl slu srl spa bv nv as
        a/s oy ab kk plc pty pvt pte lda ltda sc zoo doo jr sr ii iii iv phd md esq""",
    )
) | {"co ltd", "co inc", "pty ltd", "pvt ltd", "pte ltd"}
_NO_ENDINGS: frozenset[str] = frozenset()
_MOST_KEPT = 200
_FEW = 10
_CERTAIN = 20  # cells with bars for one with commas: the commas belong to names


@dataclass(frozen=True)
class JoinForm:
    """What the column as a whole tells about its names: who owns a comma and a hyphen."""

    commas_in_names: bool = False
    other_join: str = ""  # a cell joined otherwise, which makes a comma unclear
    hyphened: str = ""  # a cell that shows that names are joined by hyphens
    names: tuple[str, ...] = ()  # of such a column, where they are few and each stands alone in some cell

    def describe(self) -> str:
        """For people; empty for names joined as usual."""
        if self.commas_in_names:
            return "commas belong to names"
        return f"{self.hyphened} (hyphens join names)" if self.names else ""


@dataclass
class JoinEvidence:
    """How many cells of a column of names are joined by which separator."""

    cells: int = 0
    strong: int = 0
    commas: int = 0  # of cells with commas and no stronger separator that the endings do not explain
    hyphens: int = 0  # of cells with a hyphen and no other separator
    example: str = ""
    hyphened: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)

    def add(self, value: object) -> None:
        """Note a cell."""
        if not isinstance(value, str) or value[:1] in "[{(":
            return
        self.cells += 1
        if ("|" in value or ";" in value or "\n" in value or not value.isascii()) and _STRONG.search(value):
            self.strong += 1
            self.example = self.example or value.strip()[:80]
        elif "," in value:
            self.commas += not self.strong or len(_rejoined(value.split(","), _ENDINGS)) > 1
        elif "-" in value:
            self.hyphens += 1
            if len(self.hyphened) < _MOST_KEPT:
                self.hyphened.add(value[:200])
        elif len(self.alone) < _MOST_KEPT:
            self.alone.add(value[:80].strip())

    def form(self, column: str) -> JoinForm:
        """The form of the column."""
        if self.strong and column not in CODES:
            certain = self.strong >= _CERTAIN * self.commas
            return JoinForm(commas_in_names=certain, other_join="" if certain else self.example)
        if self.strong or self.hyphens * 2 < self.cells or self.hyphens < _FEW:
            return self._names_alone() if column in CODES and not self.strong and not self.commas else JoinForm()
        return self._names_alone() if column in CODES else JoinForm(hyphened=min(self.hyphened))

    def _names_alone(self) -> JoinForm:
        """Names joined by hyphens if nearly all cells with hyphens hold names that also stand alone."""
        shown = [cell for cell in self.hyphened if self.alone.issuperset(cell.split("-"))]
        if not shown or len(shown) * 10 < len(self.hyphened) * 9 or len(self.alone) >= _MOST_KEPT:
            return JoinForm()
        return JoinForm(hyphened=min(shown), names=tuple(sorted(self.alone)))


NO_FORM = JoinForm()


def split_names(text: str, column: str, form: JoinForm = NO_FORM) -> list[str]:
    """The names of a cell. Raises ValueError with the reason if the cell can be read in two ways."""
    if ("|" in text or ";" in text or "\n" in text or not text.isascii()) and _STRONG.search(text):
        return _pieces(_STRONG.split(text))
    if "," in text or (not text.isascii() and _COMMA.search(text)):
        names = _rejoined(
            text.split(",") if text.isascii() else _COMMA.split(text), _NO_ENDINGS if column in CODES else _ENDINGS
        )
        if len(names) > 1 and form.other_join:
            raise ValueError(
                f"is {quoted(text)}, which can be one name or {len(names)}: other cells are joined otherwise, such as "
                f"{quoted(form.other_join)}; join names by | in all rows"
            )
        return [text.strip()] if form.commas_in_names else names
    if form.hyphened and "-" in text:
        pieces = _pieces(text.split("-"))
        if text.strip() in form.names or not set(pieces) <= set(form.names):
            raise ValueError(f"is {quoted(text)}, with hyphens between names and perhaps in them; join names by |")
        return pieces
    pieces = [piece.strip() for piece in _SLASH.split(text)] if "/" in text else []
    if len(pieces) > 1 and _is_slash_between_names(text, pieces, column):
        return pieces
    return _pieces([text])


def _pieces(split: list[str]) -> list[str]:
    return [piece for piece in map(str.strip, split) if piece]


def _rejoined(split: list[str], endings: frozenset[str]) -> list[str]:
    names: list[str] = []
    for piece in map(str.strip, split):
        if names and _is_ending(piece, endings):
            names[-1] += f", {piece}"
        elif piece:
            names.append(piece)
    return names


def _is_ending(piece: str, endings: frozenset[str]) -> bool:
    bare = piece.replace(".", "").lower()
    return bare in endings or bare.endswith((" of", " of the"))


def _is_slash_between_names(text: str, pieces: list[str], column: str) -> bool:
    """False for AC/DC, 24/7 and w/o: a slash without blanks separates names of three letters and more, or codes."""
    if not all(re.search(r"[^\W\d_]{2}", piece) for piece in pieces):
        return False
    if column in CODES or " / " in text:
        return True
    return all(len(piece) > 3 and not piece[0].islower() for piece in pieces)
