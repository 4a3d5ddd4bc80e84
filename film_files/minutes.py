"""Running times as people write them: `112`, `112 min`, `1h 52m`, `1:52:00`, `PT1H52M`, `1시간 52분`.

Numbers without a unit are minutes. `1:52` alone is refused: it can be hours and minutes or minutes and seconds.
"""

import re
from datetime import time, timedelta

from film_files.cells import cleaned, quoted
from film_files.numbers import NumberForm, read_number

_NUMBER = r"([0-9][0-9.,' ]*|[.,][0-9]+)"
_HOURS = r"(?:h|hrs?|hours?|hour\(s\)|std|stunden?|heures?|horas?|ore|ora|uur|시간|時間|小时|ч)\.?"
_MINUTES = r"(?:m|mins?|mns?|minutes?|minute\(s\)|minuten|minuti|minutos?|분|分钟|分鐘|分|мин|'|′)\.?"
_SECONDS = r"(?:s|secs?|seconds?|sekunden|secondes|초|秒)\.?"
_SPOKEN = re.compile(
    rf"(?:{_NUMBER} ?{_HOURS})?[ ,]*(?:and |und |et |y )?(?:([0-9]+) ?(?:{_MINUTES}|$))?"
    rf"[ ,]*(?:and )?(?:([0-9]+) ?{_SECONDS})?",
    re.IGNORECASE,
)
_WITH_UNIT = re.compile(rf"{_NUMBER} ?{_MINUTES}", re.IGNORECASE)
_CLOCK = re.compile(r"(?:([0-9]{1,2}) days?,? )?([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])(?:\.0+)?")
_ISO = re.compile(
    r"P(?:([0-9]{1,2})D)?(?:T(?=[0-9])(?:([0-9]{1,4}(?:\.[0-9]+)?)H)?(?:([0-9]{1,6}(?:\.[0-9]+)?)M)?(?:([0-9]{1,8})(?:\.0+)?S)?)?",
    re.IGNORECASE,
)
_HINT = "write minutes, such as 112"


def without_unit(value: object) -> object:
    """The cell without a unit of minutes after a number, which is what tells the marks of its column."""
    if isinstance(value, str) and len(value) < 60 and not value[-1:].isdigit():
        match = _WITH_UNIT.fullmatch(cleaned(value))
        return match[1].strip() if match else value
    return value


def read_minutes(value: object, form: NumberForm) -> float:
    """The running time in minutes. Raises ValueError with the reason, which quotes the cell."""
    if isinstance(value, timedelta):
        minutes = value.total_seconds() / 60
    elif isinstance(value, time):  # a spreadsheet's cell of a duration
        minutes = value.hour * 60 + value.minute + value.second / 60
    else:
        minutes = _written(value, form)
    if minutes < 0:
        raise ValueError(f"is {quoted(value)}, below 0 minutes; {_HINT}")
    return minutes


def _written(value: object, form: NumberForm) -> float:
    if not isinstance(value, str) or len(value) >= 60:
        return _number(value, value, form)
    text = cleaned(value)
    for pattern in (_CLOCK, _ISO):
        parts = pattern.fullmatch(text)
        if parts and any(parts.groups()):
            days, hours, minutes, seconds = (float(part or 0) for part in parts.groups())
            return days * 1440 + hours * 60 + minutes + seconds / 60
    bare = str(without_unit(text))
    spoken = None if re.fullmatch(_NUMBER, bare) else _SPOKEN.fullmatch(text)
    if spoken is None or not any(spoken.groups()):
        return _number(bare, value, form)
    in_hours, in_minutes, in_seconds = spoken.groups()
    if (in_hours and int(in_minutes or 0) >= 60) or (in_minutes and int(in_seconds or 0) >= 60):
        raise ValueError(f"is {quoted(value)}, not a running time; {_HINT}")
    whole = _number(in_hours.strip(), value, form) * 60 if in_hours else 0
    return whole + int(in_minutes or 0) + int(in_seconds or 0) / 60


def _number(part: object, value: object, form: NumberForm) -> float:
    try:
        return float(read_number(part, form))
    except ValueError as error:
        reason = str(error) if "can be" in str(error) else f"is {quoted(value)}, not a number of minutes; {_HINT}"
        raise ValueError(reason) from error
