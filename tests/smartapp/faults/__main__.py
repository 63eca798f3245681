"""``python -m tests.smartapp.faults``: write docs/fault-matrix.md as it is seen now."""

import os
import sys

import pytest

from tests.smartapp.faults import WRITING

os.environ[WRITING] = "1"
sys.exit(pytest.main(["-q", "tests/smartapp/faults/test_matrix.py"]))
