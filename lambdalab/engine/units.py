"""Time is a whole number of microseconds, memory a whole number of megabytes."""

from functools import cache

MS = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NEVER = 1 << 62

WORD = 4  # bytes of a whole number in a binary format

KB = 1_024
MB = 1_024 * KB

PERCENT, MILLIONTHS = 100, 1_000_000

P99 = 0.99  # the 99th percentile
TINY = 2.0**-54  # half of the smallest step of a draw: an inverse is never asked for 0

TWICE = "_"  # req-1_1 is req-1, delivered once more

EPOCH = 1_767_225_600 * SECOND  # after 1970 began; a run starts on 2026-01-01 at 00:00 UTC
EPOCH_MS = EPOCH // MS

HASHES = 1 << 128  # of MD5


def us(seconds: float) -> int:
    """Turn seconds into whole microseconds."""
    return round(seconds * SECOND)


def ceil_ms(duration: int) -> int:
    """Round a duration up to whole milliseconds, as the bill does."""
    return -(-duration // MS)


def ms_text(duration: int) -> str:
    """Write a duration in milliseconds with two decimals, as a REPORT line does."""
    hundredths = (duration + 5) // 10
    return f"{hundredths // 100}.{hundredths % 100:02}"


def seconds_text(duration: int) -> str:
    """Write a duration in seconds with as few decimals as tell it exactly, and three at least."""
    whole, part = divmod(duration, SECOND)
    digits = f"{part:06}"
    return f"{whole}.{digits[:3]}{digits[3:].rstrip('0')}"


def date(at: int) -> tuple[int, int, int]:
    """Turn microseconds since 1970 into year, month and day."""
    years, left = divmod(at // DAY, 4 * 365 + 1)  # right until 2099
    year = 1970 + 4 * years
    while left >= (days := 366 if year % 4 == 0 else 365):
        year, left = year + 1, left - days
    for month in range(1, 13):
        days = 30 if month in (4, 6, 9, 11) else 31
        if month == 2:
            days = 29 if year % 4 == 0 else 28
        if left < days:
            break
        left -= days
    return year, month, left + 1


def iso_text(at: int) -> str:
    """Write microseconds since 1970 as AWS's logs do: 2026-01-01T00:00:00.000Z."""
    year, month, day = date(at)
    seconds, millis = at % DAY // SECOND, at // MS % 1000
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{millis:03}"
    return f"{year}-{month:02}-{day:02}T{clock}Z"


def iso_seconds(at: int) -> str:
    """Write microseconds since 1970 in whole seconds: 2026-01-01T00:00:00Z."""
    return f"{iso_text(at)[:19]}Z"


def base_id(id: str) -> str:
    """Name what was sent, however often it is delivered: req-1 for req-1_1."""
    return id.partition(TWICE)[0]


def uuid_text(id: str) -> str:
    """Turn a counted id into a well-formed UUID: the kind in hexadecimal, then the number."""
    kind, _, number = base_id(id).rpartition("-")
    return f"{_in_hexadecimal(kind)}-0000-4000-8000-{number:0>12}" if number else ""


@cache
def _in_hexadecimal(kind: str) -> str:
    """Write the kind of an id as the first part of a UUID."""
    return f"{kind[:4].encode().hex():0>8}"
