"""Dates as people write them: a day in each form, by the name of the form."""

import calendar

MONTHS = [calendar.month_name[number] for number in range(1, 13)]
DATE_FORMS = {
    "YYYY-MM-DD": lambda day: day.isoformat(),
    "YYYY-M-D": lambda day: f"{day.year}-{day.month}-{day.day}",
    "YYYY-MM-DDTHH": lambda day: f"{day.isoformat()}T00:00:00Z",
    "YYYY/MM/DD": lambda day: f"{day:%Y/%m/%d}",
    "YYYY.MM.DD": lambda day: f"{day:%Y.%m.%d}",
    "YYYYMMDD": lambda day: f"{day:%Y%m%d}",
    "DD/MM/YYYY": lambda day: f"{day:%d/%m/%Y}",
    "MM/DD/YYYY": lambda day: f"{day:%m/%d/%Y}",
    "D/M/YYYY": lambda day: f"{day.day}/{day.month}/{day.year}",
    "M/D/YYYY": lambda day: f"{day.month}/{day.day}/{day.year}",
    "DD.MM.YYYY": lambda day: f"{day:%d.%m.%Y}",
    "DD-MM-YYYY": lambda day: f"{day:%d-%m-%Y}",
    "D Month YYYY": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "Month D, YYYY": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    "D Mon YYYY": lambda day: f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    "Mon D YYYY": lambda day: f"{MONTHS[day.month - 1][:3]} {day.day} {day.year}",
    "DD-Mon-YYYY": lambda day: f"{day.day:02d}-{MONTHS[day.month - 1][:3]}-{day.year}",
    "Korean": lambda day: f"{day.year}년 {day.month}월 {day.day}일",
}
SHORT_FORMS = {
    "DD-MM-YY": lambda day: f"{day:%d-%m-%y}",
    "MM/DD/YY": lambda day: f"{day:%m/%d/%y}",
    "M/D/YY": lambda day: f"{day.month}/{day.day}/{day:%y}",
    "DD-Mon-YY": lambda day: f"{day.day:02d}-{MONTHS[day.month - 1][:3]}-{day:%y}",
}
