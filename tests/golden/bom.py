#!/usr/bin/env python3
"""Golden cases of explosion and where-used: tests/golden/bom/*.case."""
import sys

import cases

sys.exit(cases.main("bom"))
