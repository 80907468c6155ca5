#!/usr/bin/env python3
"""Reading and writing a plant folder: written, read and written again it is the same, byte for byte, also through Chinese
headers; and the explosions of the folder and of what was written are the same.  Runs on the demo plant.
"""
import csv
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "bin", "millrace")
DEMO = os.path.join(ROOT, "ops", "demo", "plant")


def run(*words):
    return subprocess.run([PROGRAM, *words], text=True, check=True, capture_output=True, timeout=60).stdout


def folder_of(path):
    return {name: open(os.path.join(path, name), "rb").read() for name in sorted(os.listdir(path))}


def tops():
    with open(os.path.join(DEMO, "bom.csv"), newline="", encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))
    return sorted({l["parent"] for l in lines} - {l["component"] for l in lines})


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as room:
        once, twice, chinese, back = (os.path.join(room, name) for name in ("once", "twice", "chinese", "back"))
        run("rewrite", "--from", DEMO, "--out", once)
        run("rewrite", "--from", once, "--out", twice)
        run("rewrite", "--from", once, "--out", chinese, "--chinese")
        run("rewrite", "--from", chinese, "--out", back)
        explosions = [[run("explode", "--from", path, "--item", top, "--qty", "7") for top in tops()]
                      for path in (DEMO, chinese)]
        claims = {
            "every file of the demo is written": set(os.listdir(DEMO)) == set(os.listdir(once)),
            "written again it is the same": folder_of(once) == folder_of(twice),
            "through Chinese headers it is the same": folder_of(once) == folder_of(back),
            "headers are Chinese": "物料编码".encode() in folder_of(chinese)["items.csv"],
            "it explodes the same": len(explosions[0]) > 0 and explosions[0] == explosions[1],
        }
    for claim, holds in claims.items():
        passed += holds
        failed += not holds
        if not holds:
            print("FAIL", claim)
    print("golden/rewrite: %d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
