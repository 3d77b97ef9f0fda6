from __future__ import annotations

from tests.bench.cases import CHANGED_FILE, FLOOR, LARGE_FILES, TARGETS
from tests.bench.measure import Cost
from tests.bench.results import Results


def test_a_table_of_ratios_and_the_targets() -> None:
    names = [name for target in TARGETS for name in target.cases]
    costs = {FLOOR: Cost(cpu_seconds=0.01, peak_bytes=9_000_000)}
    costs |= {
        name: Cost(cpu_seconds=0.02, peak_bytes=20_000_000) for name in names if name != FLOOR
    }
    costs[CHANGED_FILE] = Cost(cpu_seconds=0.08, peak_bytes=20_000_000)
    lines = (
        Results(
            costs=costs,
            rounds=9,
            failed={"mdtoken": "ImportError"},
            versions={"mdtoken": "1.0.0"},
            machine="Python 3.11",
        )
        .markdown()
        .splitlines()
    )
    assert lines[2] == "Written by `make bench`: Python 3.11."
    assert f"| {FLOOR} | 1.00 | 0.50 | 9.0 |" in lines
    assert f"| {LARGE_FILES} | 2.00 | 1.00 | 20.0 |" in lines
    assert "Peers: mdtoken 1.0.0." in lines
    assert "mdtoken is not measured, since it ends with `ImportError`." in lines
    assert "| gate, nothing changed / python -c pass | 2.5 | 2.00 | yes |" in lines
    assert "| gate, one file changed / python -c pass | 6.5 | 8.00 | within 25 % |" in lines
    assert "| gate, one file changed / tiktoken alone, one file | 0.2 | 4.00 | no |" in lines
    assert "| gate, nothing changed, MB | 25 | 20.0 | yes |" in lines
