#!/usr/bin/env python3
# ops/test: alone
"""The bare statements of the posting path side by side: tests/isolation/*.spec by PostgreSQL's isolationtester.

@post.NAME@ in a spec stands for the text of that statement in common/ledger/post_store.c.  What comes out must be
tests/isolation/NAME.out.  Skips where isolationtester (of postgresql-client) is not installed.  --write: renew the .out files.
"""
import glob
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTERS = sorted(glob.glob("/usr/lib/postgresql/*/lib/pgxs/src/test/isolation/isolationtester"))


def statements():
    source = (ROOT / "common" / "ledger" / "post_store.c").read_text(encoding="utf-8")
    found = re.findall(r'\{"(post\.\w+)",\s*((?:"[^"]*"\s*)+),', source)
    return {name: "".join(re.findall(r'"([^"]*)"', text)) for name, text in found}


def main():
    if not TESTERS:
        print("SKIPPED: isolationtester is not installed (postgresql-client-15)")
        print("isolation: 0 passed, 0 failed, 1 skipped")
        return 0
    if "MILLRACE_TEST_CONNINFO" not in os.environ:
        os.execvp("bash", ["bash", str(ROOT / "tests" / "sql" / "with_cluster.sh"), *map(os.path.abspath, sys.argv[:1]),
                           *sys.argv[1:]])
    texts, passed, failed = statements(), 0, 0
    for spec in sorted((ROOT / "tests" / "isolation").glob("*.spec")):
        script = re.sub(r"@(post\.\w+)@", lambda match: texts[match[1]], spec.read_text(encoding="utf-8"))
        done = subprocess.run([TESTERS[-1], os.environ["MILLRACE_TEST_CONNINFO"]], input=script, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        wanted = spec.with_suffix(".out")
        if "--write" in sys.argv:
            wanted.write_text(done.stdout, encoding="utf-8")
        if done.returncode == 0 and wanted.exists() and wanted.read_text(encoding="utf-8") == done.stdout:
            passed += 1
            continue
        failed += 1
        print("FAILED  %s: status %d, got\n%s" % (spec.name, done.returncode, done.stdout))
    print("isolation: %d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
