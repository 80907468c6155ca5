"""The table of one run of a benchmark, and its lines for var/bench/NAME.jsonl.

usage: bench_table.py NAME METRICS JSONL COMMIT.  Exit status 1 when a target was missed or there is no metric.
"""

import json
import sys

KEYS = ("bench", "metric", "value", "unit", "baseline", "ratio", "target", "ok")
COLUMNS = ("metric", "value", "unit", "baseline", "ratio", "target", "ok")


def shown(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def main():
    name, metrics, jsonl, commit = sys.argv[1:]
    rows = []
    with open(metrics, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                given = json.loads(line)
                rows.append({key: given.get(key, name if key == "bench" else None) for key in KEYS})
    if not rows:
        print(f"bench {name}: no metric was written")
        return 1
    table = [COLUMNS] + [tuple(shown(row[column]) for column in COLUMNS) for row in rows]
    widths = [max(len(line[n]) for line in table) for n in range(len(COLUMNS))]
    for line in table:
        print("  ".join(text.ljust(width) if n in (0, 2) else text.rjust(width)
                        for n, (text, width) in enumerate(zip(line, widths))))
    with open(jsonl, "a", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(dict(row, commit=commit), ensure_ascii=False) + "\n")
    return 1 if any(row["ok"] is False for row in rows) else 0


sys.exit(main())
