"""An uploaded file as it was read: how it is written and what of it is used, or why it cannot be rated.

Its rows and their problems are in batch.py; reading it is batch_file.py's.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from film_files.errors import FaultKind, shortened
from film_files.table_row import FORMAT_NAMES
from streamlit_ui import names
from streamlit_ui.batch_file import MAX_CELLS, MAX_CHARACTERS, MAX_FILMS, BatchFile, FileFault, UnreadableFile
from streamlit_ui.localizer import Localizer, Sentence, plain

NO_FILMS = Sentence("This file contains no films.", "파일에 영화가 하나도 없습니다.")
FAULTS: dict[FileFault, Sentence] = {
    "unreadable": Sentence("{kind} {message}", "{kind} 자세한 내용: {message}"),
    "missing_columns": Sentence(
        "This file has no column {missing}. Its columns: {headings}.", "파일에 없는 열: {missing}. 있는 열: {headings}."
    ),
    "no_films": NO_FILMS,
    "too_many": Sentence(
        "This file has more than {films:,} films. Please split it.",
        "영화가 {films:,}편을 넘습니다. 파일을 나누어 주세요.",
    ),
    "too_large": Sentence(
        "This file has more than {cells:,} cells (rows x columns), or more than {characters:,} characters. "
        "Please remove columns or split it.",
        "칸이 {cells:,}개(행 × 열), 또는 글자가 {characters:,}자를 넘습니다. 열을 줄이거나 파일을 나누어 주세요.",
    ),
}
KINDS: dict[FaultKind, Sentence] = {
    "unreadable": Sentence("This file cannot be read.", "파일을 읽을 수 없습니다."),
    "not_a_table": Sentence("This is no table of films.", "영화 표가 아닌 파일입니다."),
    "no_columns": Sentence(
        "No column of films was found.",
        "영화 정보 열을 찾을 수 없습니다. 상영시간(runtime), 원어(original_language) 같은 열 이름이 있어야 합니다.",
    ),
    "headings": Sentence("The column names are unclear.", "열 이름이 분명하지 않습니다."),
    "no_films": NO_FILMS,
    "encoding": Sentence(
        "The encoding of this file cannot be told.", "문자 인코딩을 알 수 없습니다. UTF-8로 다시 저장해 주세요."
    ),
    "json": Sentence("The JSON of this file cannot be read.", "JSON을 읽을 수 없습니다."),
    "archive": Sentence(
        "An archive must hold exactly one table.", "압축 파일에는 표가 하나만 있어야 합니다. 압축을 풀어서 올려 주세요."
    ),
    "damaged": Sentence("This file is damaged or cut.", "파일이 손상되었거나 중간에서 끊겼습니다."),
    "too_large": Sentence("This file is too large.", "파일이 너무 큽니다."),
}
UNDERSTOOD = Sentence("Read as {form}.", "읽은 형식: {form}.")
UNUSED = Sentence("Columns not used: {headings}.", "쓰지 않은 열: {headings}.")
GUESSED = Sentence("{encoding} (guessed)", "{encoding}(추정)")
IN_LINE = Sentence("headings in line {line}", "{line}번째 줄이 열 이름")
AND_MORE = Sentence("{names} and {count:,} more", "{names} 외 {count:,}개")
DELIMITERS = {
    ",": Sentence("commas", "쉼표"),
    ";": Sentence("semicolons", "세미콜론"),
    "\t": Sentence("tabs", "탭"),
    "|": Sentence("vertical bars", "세로줄"),
}
NO_DATES = Sentence("The release dates cannot be read: {problem}.", "개봉일을 읽을 수 없습니다: {problem}.")
DAMAGED = Sentence(
    "{lines:,} lines hold � in place of letters that an earlier program lost.",
    "이전 프로그램에서 글자가 깨져 �로 남은 줄이 {lines:,}개 있습니다.",
)
HEADINGS_SHOWN = 12


def uploaded_file(t: Localizer, found: BatchFile | UnreadableFile) -> None:
    """One line on how the file was understood, with warnings of what is lost; or an error."""
    if isinstance(found, UnreadableFile):
        st.error(plain(_fault_of(t, found)), icon=":material/error:")
        return
    st.html(f'<p class="note">{escape(_understood(t, found))}</p>')
    if found.date_problem:
        st.warning(plain(t(NO_DATES, problem=found.date_problem.rstrip("."))), icon=":material/event_busy:")
    if found.damaged_lines:
        st.warning(t(DAMAGED, lines=found.damaged_lines), icon=":material/broken_image:")


def _fault_of(t: Localizer, found: UnreadableFile) -> str:
    return t(
        FAULTS[found.fault],
        message=found.message,
        kind=t(KINDS[found.kind]),
        missing=", ".join(found.missing),
        headings=_listed(t, found.headings),
        films=MAX_FILMS,
        cells=MAX_CELLS,
        characters=MAX_CHARACTERS,
    )


def _understood(t: Localizer, found: BatchFile) -> str:
    """How the file is written, and what of it is not used."""
    form = found.form
    parts = [FORMAT_NAMES[form.format]]
    if form.compression:
        parts.append(form.compression)
    if form.encoding:
        encoding = form.encoding.upper()
        parts.append(t(GUESSED, encoding=encoding) if form.encoding_guessed else encoding)
    if form.delimiter:
        parts.append(t.name(DELIMITERS, form.delimiter))
    if form.header_line > 1:
        parts.append(t(IN_LINE, line=form.header_line))
    parts += [f"{t.name(names.FEATURES, column)} {written}" for column, written in found.column_forms.items()]
    unused = t(UNUSED, headings=_listed(t, found.unused)) if found.unused else ""
    return f"{t(UNDERSTOOD, form=', '.join(parts))} {unused}".strip()


def _listed(t: Localizer, headings: Sequence[str]) -> str:
    listed = ", ".join(shortened(heading, 40) for heading in headings[:HEADINGS_SHOWN])
    left = len(headings) - HEADINGS_SHOWN
    return t(AND_MORE, names=listed, count=left) if left > 0 else listed or "–"
