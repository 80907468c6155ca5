#!/usr/bin/env python3
"""No function above 70 lines, signature included; no file above 800.  usage: size.py [ROOT]"""

import c_source

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 800


def functions(lines):
    """(name line, number of lines) of each body that begins with `{` in column 0."""
    for number, line in enumerate(lines):
        if line.rstrip() != "{" or number == 0 or not lines[number - 1].rstrip().endswith(")"):
            continue
        begin = number - 1
        while begin > 0 and lines[begin - 1].strip() and lines[begin - 1].rstrip()[-1] not in ";}/":
            begin -= 1
        end = next((n for n in range(number, len(lines)) if lines[n].rstrip() == "}"), len(lines) - 1)
        yield begin + 1, end - begin + 1


breaches = []
for path, name in c_source.files("common", "services", "tests", "ops", suffixes=(".c", ".h", ".py", ".sh")):
    text = path.read_text()
    count = text.count("\n")
    if count > FILE_LINES_MAX:
        breaches.append(f"{name}: {count} lines, at most {FILE_LINES_MAX}")
    if path.suffix in (".c", ".h"):
        for begin, length in functions(c_source.without_strings(text).split("\n")):
            if length > FUNCTION_LINES_MAX:
                breaches.append(f"{name}:{begin}: a function of {length} lines, at most {FUNCTION_LINES_MAX}")
c_source.finish("size", breaches)
