#!/usr/bin/env python3
"""Golden cases of the cost roll-up, with their working: tests/golden/cost/*.case."""
import sys

import cases

sys.exit(cases.main("cost"))
