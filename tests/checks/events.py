#!/usr/bin/env python3
"""Events outlive the program that wrote them: a number of proto/event.proto, once given, keeps its name, type and label.

tests/golden/events.txt lists every number given so far.  What it lists must be there unchanged; what is new must be
added to it (run with --write), so that it is held from then on.
"""
import os
import re
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LIST = os.path.join(ROOT, "tests", "golden", "events.txt")


def numbers(text):
    """"Message.number" -> "label type name" of every field and enum value."""
    found, scope, errors = {}, None, []
    for line in text.splitlines():
        line = line.split("//")[0].strip()
        begins = re.match(r"(message|enum) (\w+) \{", line)
        if begins:
            scope = begins.group(2)
        field = re.match(r"(optional|repeated) (\w+) (\w+) = (\d+)", line) or re.match(r"()()(\w+) = (\d+);", line)
        if not field or not scope or line.startswith("syntax"):
            continue
        key = "%s.%s" % (scope, field.group(4))
        if key in found:
            errors.append("%s is given twice" % key)
        found[key] = " ".join(part for part in field.groups()[:3] if part)
    return found, errors


def compare(kept, found):
    wrong = []
    for key, meaning in kept.items():
        if found.get(key) != meaning:
            wrong.append("%s was \"%s\" and is \"%s\"" % (key, meaning, found.get(key, "gone")))
    wrong += ["%s \"%s\" is not listed: run tests/checks/events.py --write" % (key, found[key])
              for key in found if key not in kept]
    return wrong


def self_test():
    """The check must see what it is for."""
    old, _ = numbers("message A {\n optional string x = 1;\n optional int64 y = 2;\n}")
    moved, _ = numbers("message A {\n optional string y = 1;\n optional int64 x = 2;\n}")
    gone, _ = numbers("message A {\n optional string x = 1;\n}")
    typed, _ = numbers("message A {\n optional bytes x = 1;\n optional int64 y = 2;\n}")
    _, twice = numbers("message A {\n optional string x = 1;\n optional int64 y = 1;\n}")
    return all((compare(old, moved), compare(old, gone), compare(old, typed), twice)) and not compare(old, old)


def main():
    with open(os.path.join(ROOT, "proto", "event.proto"), encoding="utf-8") as file:
        found, wrong = numbers(file.read())
    kept = {}
    if os.path.exists(LIST):
        with open(LIST, encoding="utf-8") as file:
            kept = dict(line.rstrip("\n").split(" ", 1) for line in file if line.strip())
    if "--write" in sys.argv:
        kept.update({key: found[key] for key in found if key not in kept})
        with open(LIST, "w", encoding="utf-8") as file:
            file.writelines("%s %s\n" % row for row in kept.items())
    wrong += compare(kept, found)
    if not self_test():
        wrong.append("the check itself does not see a changed number")
    for line in wrong:
        print("events: " + line)
    print("events: %d passed, %d failed" % (len(kept), len(wrong)))
    sys.exit(1 if wrong else 0)


main()
