#!/usr/bin/env python3
"""Are the pages light: bytes of script to first use, first useful paint on a slow processor, a keystroke in a long list.

Targets: at most 60 KiB of packed script for the shop floor and 150 KiB for the office; on a processor slowed four times
the first useful paint (the floor's sign-in, the office's cockpit with its list of shortages) within 1.5 s; a letter in
the filter of 100,000 rows is answered within 50 ms.  Real services, the demo plant, Debian's Chromium (tests/web/speed.mjs).
"""
import gzip
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
VAR = pathlib.Path(os.environ["MILLRACE_VAR"])
URL = "https://127.0.0.1:" + os.environ["MILLRACE_PORT"]
KIB = 1024


def metric(name, value, unit, most):
    row = {"bench": "web", "metric": name, "value": value, "unit": unit, "baseline": None, "ratio": None,
           "target": "<= %s" % most, "ok": value <= most}
    with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def packed(path, context):
    """A file as it crosses the wire; the gateway keeps it packed."""
    with urllib.request.urlopen(urllib.request.Request(URL + path, headers={"Accept-Encoding": "gzip"}), context=context) as answer:
        assert answer.headers.get("Content-Encoding") == "gzip", "%s is not packed" % path
        return answer.read()


def scripts(path, context):
    """KiB of all scripts that a document names; a page fetches others when it is opened."""
    names = re.findall(r'(?:src|modulepreload" href)="(/assets/[^"]+\.js)"', gzip.decompress(packed(path, context)).decode())
    assert names, "%s names no script" % path
    return round(sum(len(packed(name, context)) for name in names) / KIB, 1)


def times():
    login, password = re.findall(r": (\S+)", (VAR / "first-login").read_text())
    settings = {"url": URL, "login": login, "password": password, "chromium": shutil.which("chromium"),
                "shots": str(VAR / "screenshots" / "bench")}
    done = subprocess.run(["node", str(ROOT / "tests" / "web" / "speed.mjs")], capture_output=True, text=True,
                          env=dict(os.environ, MILLRACE_PAGES=json.dumps(settings)))
    if done.returncode:
        sys.exit("web: %s" % (done.stdout + done.stderr)[-1500:])
    return json.loads(done.stdout.splitlines()[-1])


def main():
    if not shutil.which("chromium") or not shutil.which("node"):
        sys.exit("web: needs chromium and node")
    subprocess.run([str(ROOT / "ops" / "up"), "--demo"], check=True, capture_output=True)
    try:
        context = ssl.create_default_context(cafile=str(VAR / "tls" / "ca.pem"))
        metric("script of the shop floor, packed", scripts("/floor", context), "KiB", 60)
        metric("script of the office, packed", scripts("/", context), "KiB", 150)
        seen = times()
        metric("first useful paint of the shop floor, 4 x slowed, p50", round(seen["floor"]), "ms", 1500)
        metric("first useful paint of the office, 4 x slowed, p50", round(seen["office"]), "ms", 1500)
        metric("a keystroke over 100,000 rows, p50", round(seen["keystroke"], 1), "ms", 50)
    finally:
        subprocess.run([str(ROOT / "ops" / "down")], check=False, capture_output=True)


main()
