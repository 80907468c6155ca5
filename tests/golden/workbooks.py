#!/usr/bin/env python3
"""XLSX: the demo plant goes out and comes back the same in both languages; workbooks made by hand are read as a
spreadsheet shows them; errors are told by sheet and row; bombs and broken files are refused in no time."""
import os
import subprocess
import sys
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "bin", "millrace")
RELS = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="t" Target="worksheets/sheet1.xml"/></Relationships>')
BOOK = ('<workbook xmlns:r="r"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>')
failures = []
count = 0


def run(*words):
    done = subprocess.run([PROGRAM, *words], text=True, capture_output=True, timeout=20)
    return done.returncode, done.stderr


def equal(got, wanted, what):
    global count
    count += 1
    if got != wanted:
        failures.append(what)
        print("FAILED %s\n  want %r\n  got  %r" % (what, wanted, got))


def files(folder):
    out = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            out[name] = file.read()
    return out


def book(path, sheet, name="items", styles=None, strings=None, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as out:
        out.writestr("xl/workbook.xml", BOOK % name)
        out.writestr("xl/_rels/workbook.xml.rels", RELS)
        out.writestr("xl/worksheets/sheet1.xml", sheet)
        for part, text in (("xl/styles.xml", styles), ("xl/sharedStrings.xml", strings)):
            if text:
                out.writestr(part, text)


def rows(*cells):
    return "<worksheet><sheetData>%s</sheetData></worksheet>" % "".join(cells)


def text_row(number, *values):
    return '<row r="%d">%s</row>' % (number, "".join(
        '<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>' % ("ABCDEFGH"[k], number, v) for k, v in enumerate(values) if v))


def round_trip(work):
    plain, again = os.path.join(work, "plain"), os.path.join(work, "again")
    equal(run("rewrite", "--from", os.path.join(ROOT, "ops", "demo", "plant"), "--out", plain), (0, ""), "rewrite")
    for words in (["--xlsx"], ["--xlsx", "--chinese"], ["--chinese"]):
        middle = os.path.join(work, "middle" + "".join(words))
        equal(run("rewrite", "--from", plain, "--out", middle, *words), (0, ""), "rewrite %s" % words)
        equal(run("rewrite", "--from", middle, "--out", again), (0, ""), "rewrite from %s" % words)
        equal(files(again), files(plain), "the plant by way of %s" % words)


def as_shown(work):
    """Shared strings, rich text, phonetics, dates, long floats, booleans, gaps."""
    folder = os.path.join(work, "shown")
    os.makedirs(folder)
    strings = ('<sst><si><t>item</t></si><si><t>type</t></si><si><r><t>A</t></r><r><t>-1</t></r><rPh><t>x</t></rPh></si>'
               '<si><t>make</t></si></sst>')
    book(os.path.join(folder, "items.xlsx"), rows(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>decimals</t></is></c>'
        '<c r="D1" t="inlineStr"><is><t>safety_stock</t></is></c></row>',
        '<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" t="s"><v>3</v></c><c r="C4"><v>2</v></c>'
        '<c r="D4"><v>0.30000000000000004</v></c></row>',
        '<row r="5"><c r="A5"><v>1E3</v></c><c r="B5" t="str"><f>x()</f><v>buy</v></c></row>'), strings=strings)
    styles = ('<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;x&quot;mm"/></numFmts><cellStyleXfs><xf '
              'numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
              '</styleSheet>')
    book(os.path.join(folder, "bom.xlsx"), rows(
        text_row(1, "父物料编码", "子物料编码", "用量", "生效日期", "失效日期"),
        '<row r="2"><c r="A2" t="inlineStr"><is><t>A-1</t></is></c><c r="B2"><v>1000</v></c><c r="C2"><v>2.5E-1</v></c>'
        '<c r="D2" s="1"><v>46023</v></c><c r="E2" s="2"><v>46388.75</v></c></row>'), "bom", styles=styles)
    out = os.path.join(work, "shown-out")
    said = run("rewrite", "--from", folder, "--out", out)
    equal(said, (0, ""), "a workbook as shown")
    if said[0] == 0:
        items = files(out)["items.csv"].decode().splitlines()
        equal([line.split(",")[0] for line in items[1:]], ["1000", "A-1"], "items of the workbook")
        equal(",0.3," in items[2], True, "0.30000000000000004 is 0.3")
        line = files(out)["bom.csv"].decode().splitlines()[1]
        equal(line.startswith("A-1,1000,0.25,") and "2026-01-01,2027-01-01" in line, True, "bill line %s" % line)


def told(work):
    """All errors at once, as sheet:row: column: message."""
    folder = os.path.join(work, "told")
    os.makedirs(folder)
    book(os.path.join(folder, "items.xlsx"), rows(
        text_row(1, "item", "type", "lead_time_days"), text_row(3, "A", "make", "soon"), text_row(4, "B", "rent", "")),
         "物料")
    code, errors = run("check", "--from", folder)
    equal((code, [line.split(": ")[:2] for line in errors.splitlines()]),
          (1, [["物料:3", "lead_time_days"], ["物料:4", "type"]]), "errors by sheet and row: %s" % errors)


def refused(work):
    good = rows(text_row(1, "item", "type"), text_row(2, "A", "make"))
    cases = {"a text file": b"item,type\n", "nothing": b"", "half a workbook": None}
    path = os.path.join(work, "bad", "items.xlsx")
    os.makedirs(os.path.dirname(path))
    book(path, good)
    with open(path, "rb") as file:
        whole = file.read()
    cases["half a workbook"] = whole[:len(whole) // 2]
    for what, content in cases.items():
        with open(path, "wb") as file:
            file.write(content)
        code, said = run("check", "--from", os.path.dirname(path))
        equal((code != 0, "no workbook" in said), (True, True), "%s: %s" % (what, said))
    hostile = {
        "unpacks to more than": "<worksheet>" + " " * 200_000_000 + "</worksheet>",
        "document type": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + good,
        "rows out of order": rows(text_row(2, "item"), text_row(1, "type")),
        "too many rows": rows('<row r="99999999"/>'),
        "more columns": rows('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'),
        "sheet has more columns": '<worksheet><t>v' + rows('<row r="1"><c r="ZZZ1"/></row>') + "</t></worksheet>",
        "does not have": rows('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        "mismatched tag": "<worksheet><row></worksheet>",
    }
    for message, sheet in hostile.items():
        book(path, sheet)
        code, said = run("check", "--from", os.path.dirname(path))
        equal((code != 0, message in said), (True, True), "%s: %s" % (message, said))
    for message, strings in {"unpacks to more than": "<sst>" + "<si/>" * 5_000_000 + "</sst>",
                             "document type": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'}.items():
        book(path, rows('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=strings)
        code, said = run("check", "--from", os.path.dirname(path))
        equal((code != 0, message in said), (True, True), "texts: %s: %s" % (message, said))


def main():
    with tempfile.TemporaryDirectory() as work:
        for part in (round_trip, as_shown, told, refused):
            part(work)
    print("golden/workbooks: %d passed, %d failed" % (count - len(failures), len(failures)))
    return 1 if failures else 0


sys.exit(main())
