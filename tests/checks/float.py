#!/usr/bin/env python3
"""No floating point in product code but where clocks and metrics become text.  usage: float.py [ROOT]"""

import re

import c_source

ALLOWED = {
    "common/io/metric.c",  # seconds in the text of a histogram
    "common/io/clock.c",
    "common/io/clock.h",
    "common/io/log.c",     # milliseconds of a request
    "common/io/sheet_write.c",  # a workbook has no other numbers; at most 15 digits, shown as they were
}
FLOAT = re.compile(r"\b(float|double|strtod|strtof|atof|NAN|INFINITY)\b|(?<![\w.])\d+\.\d+(e[+-]?\d+)?[fl]?\b", re.I)

breaches = []
for path, name in c_source.files("common", "services"):
    if name in ALLOWED:
        continue
    text = c_source.without_strings(path.read_text())
    for match in FLOAT.finditer(text):
        breaches.append(f"{name}:{c_source.line_of(text, match.start())}: {match.group()}")
c_source.finish("float", breaches)
