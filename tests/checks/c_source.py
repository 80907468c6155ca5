"""C files of the tree for the checks: the text without comments, line numbers kept."""

import pathlib
import re
import sys

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def root():
    return pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])


def files(*folders, suffixes=(".c", ".h")):
    top = root()
    for folder in folders:
        for path in sorted((top / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path, str(path.relative_to(top))


def without_comments(text):
    """Comments become blanks; strings stay."""
    def blank(match):
        word = match.group()
        return re.sub(r"[^\n]", " ", word) if word[0] == "/" else word
    return TOKEN.sub(blank, text)


def without_strings(text):
    """Comments and what stands in strings become blanks."""
    def blank(match):
        word = match.group()
        if word[0] == "/":
            return re.sub(r"[^\n]", " ", word)
        return word[0] + " " * (len(word) - 2) + word[-1]
    return TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def finish(name, breaches):
    for breach in breaches:
        print(f"{name}: {breach}")
    sys.exit(1 if breaches else 0)
