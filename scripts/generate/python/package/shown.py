"""JSON values as JavaScript sees and writes them, so that both languages tell a problem in the same words."""

import json
import math
from collections.abc import Mapping, Sequence

SHOWN_MAX = 80


def shown(value: object) -> str:
    """Write a value as JSON, cut at 80 characters."""
    units = text_of(value).encode("utf-16-le", "surrogatepass")
    if len(units) // 2 <= SHOWN_MAX:
        return units.decode("utf-16-le", "surrogatepass")
    return units[: 2 * (SHOWN_MAX - 1)].decode("utf-16-le", "surrogatepass") + "…"


def text_of(value: object) -> str:
    """Write a value as `JSON.stringify` does."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, str):
        return string_text(value)
    if isinstance(value, Mapping):
        named = {str(key): member for key, member in value.items()}
        return "{" + ",".join(f"{string_text(key)}:{text_of(named[key])}" for key in keys_of(named)) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(text_of(element) for element in value) + "]"
    return json.dumps(repr(value))


def keys_of(value: Mapping[str, object]) -> list[str]:
    """List the keys in JavaScript's order: whole numbers first, ascending, then the others as they came."""
    numbers = sorted((key for key in value if is_index(key)), key=int)
    return numbers + [key for key in value if not is_index(key)]


def is_finite_number(value: object) -> bool:
    """Tell whether a value is a number that JavaScript can hold; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def is_index(key: str) -> bool:
    return key.isascii() and key.isdigit() and str(int(key)) == key and int(key) < 2**32 - 1


def string_text(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(unit):04x}" if "\ud800" <= unit <= "\udfff" else unit for unit in escaped)


def number_text(value: int | float) -> str:
    if not is_finite_number(value):
        return "null"
    number = float(value)
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0") or "0"
    return sign + placed(digits, point)


def placed(digits: str, point: int) -> str:
    """Put the decimal point after `point` of the digits, by the rules of JavaScript's Number.toString."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
