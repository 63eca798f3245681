"""``python -m benchmarks NAME [--json]``: run one benchmark and hold it against its goals."""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.goals import Goal

_HERE = Path(__file__).parent
NAMES = sorted(
    path.stem for path in _HERE.glob("*.py") if path.stem not in {"__init__", "__main__", "goals"}
)


def report(name: str) -> dict[str, Any]:
    """Run one benchmark; return ``{"name", "figures", "goals", "met"}``."""
    module = importlib.import_module(f"benchmarks.{name}")
    goals: list[Goal] = module.GOALS
    figures: dict[str, float] = module.run()
    return {
        "name": name,
        "figures": figures,
        "goals": {goal.figure: goal.words for goal in goals},
        "met": all(goal.met_by(figures) for goal in goals),
    }


def main() -> int:
    """Parse, run, print; 0 only when every goal is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args()
    result = report(options.name)
    if options.json:
        print(json.dumps(result))
    else:
        for figure, value in result["figures"].items():
            print(f"{figure:40} {value:12.3f}   {result['goals'].get(figure, '')}")
    return 0 if result["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
