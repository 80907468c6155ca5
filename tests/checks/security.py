#!/usr/bin/env python3
"""What ops/security.md says is there: every test it names, every limit where its table says, every item of ASVS 4.0.3 level 2 once.

usage: security.py [ROOT].  Prints each breach; exit status 1 when there is any.
"""
import os
import re
import sys

ROOT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PAGE = os.path.join(ROOT, "ops", "security.md")
SUITES = "unit|e2e|web|checks|faults|fuzz|golden|property|sql|bench"
# section: its items of level 1 and 2; those that 4.0.3 deleted are left out
ITEMS = """1.1:1-7 1.2:1-4 1.4:1,4,5 1.5:1-4 1.6:1-4 1.7:1,2 1.8:1,2 1.9:1,2 1.10:1 1.11:1,2 1.12:2 1.14:1-6 2.1:1-12 2.2:1-3
2.3:1-3 2.4:1-5 2.5:1-7 2.6:1-3 2.7:1-6 2.8:1-7 2.9:1-3 2.10:1-4 3.1:1 3.2:1-4 3.3:1-4 3.4:1-5 3.5:1-3 3.7:1 4.1:1-3,5 4.2:1,2
4.3:1-3 5.1:1-5 5.2:1-8 5.3:1-10 5.4:1-3 5.5:1-4 6.1:1-3 6.2:1-6 6.3:1,2 6.4:1,2 7.1:1-4 7.2:1,2 7.3:1,3,4 7.4:1-3 8.1:1-4
8.2:1-3 8.3:1-8 9.1:1-3 9.2:1-4 10.2:1,2 10.3:1-3 11.1:1-8 12.1:1-3 12.2:1 12.3:1-6 12.4:1,2 12.5:1,2 12.6:1 13.1:1,3-5
13.2:1-3,5,6 13.3:1,2 13.4:1,2 14.1:1-4 14.2:1-6 14.3:2,3 14.4:1-7 14.5:1-4"""
ANSWERS = ("yes", "part", "no", "n/a")


def wanted_items():
    for word in ITEMS.split():
        section, _, numbers = word.partition(":")
        for part in numbers.split(","):
            first, _, last = part.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield "%s.%d" % (section, number)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_tests(text):
    for name, words in re.findall(r"`((?:%s)/[\w.]+)(?:: ([^`]+))?`" % SUITES, text):
        path = os.path.join(ROOT, "tests", name)
        if not os.path.isfile(path):
            yield "there is no test %s" % name
        elif words and words not in read(path):
            yield "%s does not say: %s" % (name, words)


def check_limits(text):
    table = text[text.index("| what | limit | where |"):]
    for row in table[:table.index("\n\n")].split("\n")[2:]:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        sources = "".join(read(os.path.join(ROOT, path)) for path in re.findall(r"`([^`]+)`", cells[2])
                          if os.path.isfile(os.path.join(ROOT, path)))
        names = re.findall(r"`([^`]+)`", cells[1])
        for name in names:
            if not re.search(r"(?<![\w.])%s(?![\w.])" % re.escape(name), sources):
                yield "limit %s does not stand in %s" % (name, cells[2])
        if not names or not re.search(r"`(%s)/" % SUITES, cells[4]):
            yield "the limit of %s has no name or no test" % cells[0]


def check_items(text):
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]*) \| ([^|]*) \|$", text, re.M)
    given = [item for item, _, _ in rows]
    for item in wanted_items():
        if given.count(item) != 1:
            yield "item %s of the checklist is answered %d times" % (item, given.count(item))
    for item in set(given) - set(wanted_items()):
        yield "item %s is not of level 2" % item
    for item, answer, why in rows:
        if answer.strip() not in ANSWERS or not why.strip():
            yield "item %s: %s, with why" % (item, " or ".join(ANSWERS))
        if answer.strip() == "yes" and not re.search(r"`(%s)/|not tested: " % SUITES, why):
            yield "item %s is met by no test, and does not say why none" % item


def main():
    text = read(PAGE)
    found = [*check_tests(text), *check_limits(text), *check_items(text)]
    for breach in found:
        print("security: " + breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
