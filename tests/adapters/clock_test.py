"""Times and ids as the usage log has them."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters import clock
from ctxtally.adapters.digest import digest

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# To the end of the year 9999.
moments = st.floats(0, 253_402_300_799)


@given(moments, st.text())
def test_an_id_holds_its_moment_and_what_tells_it_from_others(moment: float, name: str) -> None:
    made = clock.same_id(moment, name)
    number = 0
    for digit in made:
        number = number * 32 + _DIGITS.index(digit)
    rest = bytes.fromhex(digest(name.encode("utf-8", "surrogatepass")))[:10]
    assert len(made) == 26
    assert number == int.from_bytes(int(moment * 1000).to_bytes(6, "big") + rest, "big")


def test_ids_differ_and_sort_by_their_moment() -> None:
    made = [clock.new_id(number / 1000) for number in range(999)]
    assert made == sorted(set(made))


@given(moments)
def test_a_stamp_is_its_moment(moment: float) -> None:
    told = clock.stamp(moment)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", told)
    back = datetime.fromisoformat(told.replace("Z", "+00:00"))
    assert back.tzinfo == timezone.utc
    assert abs(back.timestamp() - moment) < 1e-4
    assert told.startswith(clock.day(back.timestamp()))
