#!/usr/bin/env python3
"""SQL stands in statement tables, is never put together from strings, and keeps the rules of locking.

usage: sql.py [ROOT]
"""

import re

import c_source

STATEMENT = re.compile(r'"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+(SET|AS|\w)|DELETE\s+FROM\s|MERGE\s+INTO\s'
                       r"|COPY\s*\(|WITH\s+\w+\s+AS\s*\()")
HOME = re.compile(r"^(services/\w+/\w+_store\w*\.[ch]|common/ledger/|common/plant/\w+_store\.[ch]|common/io/sql)")
BUILT = re.compile(r"\b(v?s?n?printf|strn?cat|strn?cpy|stpcpy|vasprintf|asprintf|arena_\w*(?:print|format)\w*"
                   r"|text_\w*(?:print|format|join)\w*)\s*\(")
WORDS = re.compile(r"\b(SELECT\s.*\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.S)
FORBIDDEN = [
    (re.compile(r"\bFOR\s+UPDATE\b"), "FOR UPDATE (use FOR NO KEY UPDATE)"),
    (re.compile(r"\bpg_(try_)?advisory\w*"), "an advisory lock"),
    (re.compile(r"\b(ISOLATION\s+LEVEL\s+SERIALIZABLE|CREATE\s+(CONSTRAINT\s+)?TRIGGER|CREATE\s+RULE)\b"),
     "what a distributed PostgreSQL refuses"),
    (re.compile(r"(\"|;|^)\s*NOTIFY\s", re.M), "NOTIFY (a global lock at commit)"),
    (re.compile(r"\b(?:big|small)serial\b|^\s*\w+\s+serial\b(?!')|GENERATED\s+(ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY", re.I | re.M), "a serial or identity"),
]


def call_text(text, begin):
    """The arguments of a call whose name begins at `begin`, up to the closing parenthesis."""
    depth = 0
    for offset in range(text.index("(", begin), len(text)):
        depth += {"(": 1, ")": -1}.get(text[offset], 0)
        if depth == 0:
            return text[begin:offset]
    return text[begin:]


def c_breaches(name, text):
    if not HOME.match(name):
        for match in STATEMENT.finditer(text):
            yield match.start(), "a statement outside a store"
    for match in BUILT.finditer(text):
        if WORDS.search(call_text(text, match.start())):
            yield match.start(), f"SQL built by {match.group(1)}"


def forbidden(text):
    for pattern, what in FORBIDDEN:
        for match in pattern.finditer(text):
            yield match.start(), what


breaches = []
for path, name in c_source.files("common", "services", "sql", suffixes=(".c", ".h", ".sql")):
    text = path.read_text()
    if path.suffix == ".sql":
        text = re.sub(r"--[^\n]*", "", text)
        found = list(forbidden(text))
    else:
        text = c_source.without_comments(text)
        found = list(c_breaches(name, text)) + list(forbidden(text))
    breaches += [f"{name}:{c_source.line_of(text, offset)}: {what}" for offset, what in sorted(found)]
c_source.finish("sql", breaches)
