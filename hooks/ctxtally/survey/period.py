"""Which days a command looks at."""

from __future__ import annotations

import argparse
import re
from datetime import date, timedelta

from ctxtally.errors import UserError
from ctxtally.model.analysis import Period

# A century: whoever wants more leaves it out.
_MOST_DAYS = 36_525
_DAY = re.compile(r"(?P<year>[0-9]{4})(-?)(?P<month>[0-9]{2})\2(?P<day>[0-9]{2})")
# How a time that git reads may begin.
_DASHED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="DAY", type=day, help="from this day on, YYYY-MM-DD")
    parser.add_argument("--until", metavar="DAY", type=day, help="up to the end of this day")
    parser.add_argument(
        "--days", metavar="N", type=_days, help="only the last N days, today included"
    )


def period(arguments: argparse.Namespace, today: str) -> Period:
    """Return what the arguments ask for; days are those of UTC."""
    since, until = arguments.since or "", arguments.until or ""
    if arguments.days is not None:
        if since or until:
            raise UserError(
                "--days cannot stand beside --since or --until",
                help="leave out one of them",
            )
        first = date.fromisoformat(today) - timedelta(days=arguments.days - 1)
        return Period(since=first.isoformat(), until=today)
    if since and until and since > until:
        raise UserError(
            f"--since {since} is after --until {until}", help="give the earlier day to --since"
        )
    return Period(since=since, until=until)


def day(text: str) -> str:
    """Return a day as YYYY-MM-DD; YYYYMMDD is read too."""
    # Newer Pythons read weeks as well, and digits of other scripts are none of a date.
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not a day; write 2026-01-31")


def moment(text: str) -> str:
    """Return a time as git takes it; git moves a day that no calendar has, such as 2026-02-30."""
    found = _DASHED.match(text)
    if found:
        day(found[0])
    return text


def _days(text: str) -> int:
    digits = text.lstrip("0") if text.isascii() and text.isdecimal() else ""
    # More digits than these are too many days, and int() has a limit of its own.
    number = int(digits[:9]) if digits else 0
    if not 0 < number <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days")
    return number
