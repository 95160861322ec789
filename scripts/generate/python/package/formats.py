"""The formats of strings and numbers that no regular expression describes."""

import re
from collections.abc import Callable

DATE = re.compile(r"(\d\d\d\d)-(\d\d)-(\d\d)", re.ASCII)
TIME = re.compile(r"(\d\d):(\d\d):(\d\d(?:\.\d+)?)(z|([+-])(\d\d)(?::?(\d\d))?)?", re.ASCII | re.IGNORECASE)
SEPARATOR = re.compile(r"[tT\s\ufeff]")
DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_date(text: str) -> bool:
    """Tell whether a text is a day that the calendar has, as YYYY-MM-DD."""
    found = DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = (int(part) for part in found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 and leap else DAYS[month])


def is_time(text: str, zone_needed: bool = True) -> bool:
    """Tell whether a text is a time of day with its zone; a leap second is one at the end of a day in UTC only."""
    found = TIME.fullmatch(text)
    if found is None:
        return False
    hours, minutes, seconds = int(found[1]), int(found[2]), float(found[3])
    sign = -1 if found[5] == "-" else 1
    zone_hours, zone_minutes = int(found[6] or 0), int(found[7] or 0)
    if zone_hours > 23 or zone_minutes > 59 or (zone_needed and found[4] is None):
        return False
    if hours <= 23 and minutes <= 59 and seconds < 60:
        return True
    utc_minutes = minutes - zone_minutes * sign
    utc_hours = hours - zone_hours * sign - (1 if utc_minutes < 0 else 0)
    return utc_hours in (23, -1) and utc_minutes in (59, -1) and seconds < 61


def is_date_time(text: str, zone_needed: bool = True) -> bool:
    """Tell whether a text is a date and a time with a T or a space between them."""
    parts = SEPARATOR.split(text)
    return len(parts) == 2 and is_date(parts[0]) and is_time(parts[1], zone_needed)


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": is_date,
    "time": is_time,
    "date-time": is_date_time,
    "iso-time": lambda text: is_time(text, zone_needed=False),
    "iso-date-time": lambda text: is_date_time(text, zone_needed=False),
}
