#!/usr/bin/env python3
"""Has every outcome of common/base/status.tbl.h a sentence in the reader's language (web/src/base/errors.ts)?"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OF_THE_PAGE = {"NO_CONNECTION"}  # said by the page itself

statuses = set(re.findall(r"^STATUS\((\w+),", (ROOT / "common/base/status.tbl.h").read_text(), re.M)) - {"OK"}
source = (ROOT / "services/gateway/web/src/base/errors.ts").read_text()
table = source.partition("const OUTCOMES")[2].partition("};")[0]
said = dict(re.findall(r"^  (\w+): '([^']+)',$", table, re.M))

wrong = ["%s has no sentence" % name for name in sorted(statuses - said.keys())]
wrong += ["%s is no outcome" % name for name in sorted(said.keys() - statuses - OF_THE_PAGE)]
wrong += ["%s is not Chinese: %s" % (name, text) for name, text in said.items() if not re.search("[\u4e00-\u9fff]", text)]
for line in wrong:
    print("page_errors: " + line)
print("page_errors: %d outcomes, %d wrong" % (len(statuses), len(wrong)))
sys.exit(bool(wrong))
