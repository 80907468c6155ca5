"""Golden cases of commands that need no server: FOLDER/*.case, each a small plant and what the commands say.

A case is text: `--- FILE` begins a file of the plant folder, `$ COMMAND` is run on it, and the lines behind it are what
it must print; lines of stderr stand behind `! `, an exit status other than 0 as `= STATUS`; `# ` is a remark.
With --write the cases are rewritten with what the commands say now: read the difference before keeping it.
"""
import os
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "bin", "millrace")


def parts_of(text):
    """Yields (mark line, lines behind it)."""
    head, lines = None, []
    for line in text.splitlines():
        if line.startswith(("--- ", "$ ", "# ")) or not line:
            yield head, lines
            head, lines = line, []
        else:
            lines.append(line)
    yield head, lines


def said(folder, command):
    words = shlex.split(command)
    run = subprocess.run([PROGRAM, words[0], "--from", folder] + words[1:], text=True, capture_output=True, timeout=60)
    lines = run.stdout.splitlines() + ["! " + line for line in run.stderr.splitlines()]
    return lines + (["= %d" % run.returncode] if run.returncode else [])


def rewritten(text, folder, say=said):
    """The case with what the commands say now."""
    out = []
    for head, lines in parts_of(text):
        if head is None:
            continue
        out.append(head)
        if head.startswith("--- "):
            with open(os.path.join(folder, head[4:]), "w") as file:
                file.write("".join(line + "\n" for line in lines))
        out += say(folder, head[2:]) if head.startswith("$ ") else lines
    return "\n".join(out) + "\n"


def differences(want, now):
    want, now = want.splitlines(), now.splitlines()
    return [l for l in want if l not in now] + ["~ " + l for l in now if l not in want]


def main(suite):
    cases = os.path.join(os.path.dirname(os.path.abspath(__file__)), suite)
    passed = failed = 0
    for name in sorted(os.listdir(cases)):
        path = os.path.join(cases, name)
        with open(path) as file:
            text = file.read()
        with tempfile.TemporaryDirectory() as folder:
            now = rewritten(text, folder)
        if "--write" in sys.argv:
            with open(path, "w") as file:
                file.write(now)
        elif now == text:
            passed += 1
        else:
            failed += 1
            print("FAIL %s" % name)
            for line in differences(text, now):
                print("   ", line)
    print("golden/%s: %d passed, %d failed" % (suite, passed, failed))
    return 1 if failed or not passed + ("--write" in sys.argv) else 0

