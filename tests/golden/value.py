#!/usr/bin/env python3
"""Golden cases of the value of movements, with their working: tests/golden/value/*.case."""
import sys

import cases

sys.exit(cases.main("value"))
