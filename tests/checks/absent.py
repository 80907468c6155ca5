#!/usr/bin/env python3
"""What ops/security.md says the code does not do, it does not: one rule a line.  usage: absent.py [ROOT]

Rule, its words, where they must not stand, and in which files they may all the same.
"""
import functools
import itertools
import re

import c_source

C = (".c", ".h")
PAGES = (".ts", ".tsx", ".html")
WEB = "services/gateway/web/src"
RULES = (
    ("starts a program", r"\b(system|popen|v?fork|exec[lv]\w*|posix_spawn\w*)\s*\(", ("common", "services"), C, ()),
    ("chance that can be guessed", r"\b(s?rand|s?random|rand_r|[jlm]rand48|drand48)\s*\(", ("common", "services"), C, ()),
    ("a broken hash, cipher or mode", r"\b(EVP_)?(MD[245]|SHA1|DES|3DES|RC[24]|BLOWFISH)\w*\s*\(|\bEVP_\w+_ecb\b", ("common", "services"), C, ()),
    ("a comparison of secrets that stops early", r"\b(mem|str)cmp\s*\([^;]*\b(hash|secret|token|password|pin)\b", ("services/gateway",), C, ()),
    ("opens a file", r"\b(f?open|openat|freopen|stat|opendir)\s*\(", ("services/gateway",), C, ()),
    ("believes or sends a header of a proxy or another site", r"(?i)\"[^\"\n]*(forwarded|x-real-ip|access-control-)", ("services/gateway",), C,
     ("services/gateway/gateway_address.c",)),
    ("says what it is made of", r"(?i)\"[^\"\n]*\b(server|x-powered-by): ", ("services/gateway",), C, ()),
    ("makes page or program of text", r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|document\.write|\beval\s*\(|new Function|javascript:",
     (WEB,), PAGES, ()),
    ("asks another site", r"\bhttps?://(?!schemas\.openxmlformats\.org/)", (WEB,), PAGES, ()),
    ("asks for the place, the camera, the microphone", r"navigator\.(geolocation|mediaDevices|getUserMedia|bluetooth|usb|serial|hid)", (WEB,), PAGES,
     (WEB + "/floor/camera.tsx",)),
    ("a secret in the tree", r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bmr_[\w-]{43}\b", ("common", "services", "ops", "sql", "proto"),
     C + PAGES + (".md", ".sh", ".sql", ".py", ".txt", ".ini", ".pem", ".key", ".json", ".csv"), ()),
)


@functools.cache
def content(path):
    text = path.read_text(errors="replace")
    return c_source.without_comments(text) if path.suffix in C else text


@functools.cache
def files(folder, suffixes):
    return [(path, name) for path, name in c_source.files(folder, suffixes=suffixes) if "node_modules" not in name]


breaches = []
for rule, words, folders, suffixes, allowed in RULES:
    pattern = re.compile(words)
    for path, name in itertools.chain(*(files(folder, suffixes) for folder in folders)):
        for match in () if name in allowed else pattern.finditer(content(path)):
            breaches.append(f"{name}:{c_source.line_of(content(path), match.start())}: {rule}: {match.group()[:60]}")
c_source.finish("absent", breaches)
