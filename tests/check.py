"""``make check``: every check, all of them run even where one fails, with a summary.

``python -m tests.check [NAME …]`` runs those named.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ["smartapp", "recommendations", "audit", "encryption", "sandbox", "benchmarks"]

# `check --deploy` judges the settings a hospital would run with.
PRODUCTION = {
    "COUNTERSIGN_ENVIRONMENT": "production",
    "COUNTERSIGN_BASE_URL": "https://countersign.example",
    "COUNTERSIGN_SECRET_KEY": "check-only-" + "k3y" * 20,
    "COUNTERSIGN_BLIND_INDEX_KEY": "check-only-" + "1nd" * 20,
    "COUNTERSIGN_LEDGER_PLACES": "file:///mnt/written-once/countersign",
    "COUNTERSIGN_LEDGER_KEY": "Y2hlY2stb25seS0zMi1ieXRlcy1vZi1hLXNlZWQtISE=",
    "COUNTERSIGN_ENCRYPTION_KEYS": '{"check": "' + "A" * 43 + '="}',
}


def _html_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "templates/*.html", "*/templates/*.html"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split() if (ROOT / name).exists()]


def _packages() -> list[str]:
    return [name for name in PACKAGES if (ROOT / name).is_dir()]


def checks() -> dict[str, list[str]]:
    """Return each check's name and command line."""
    manage = [sys.executable, "manage.py"]
    return {
        "format": [str(BIN / "ruff"), "format", "--check", "."],
        "lint": [str(BIN / "ruff"), "check", "."],
        "types": [str(BIN / "mypy"), *_packages()],
        "contracts": [str(BIN / "lint-imports"), "--no-cache"],
        "templates": [str(BIN / "djade"), "--check", "--target-version", "5.2", *_html_files()],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deploy": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "vulnerabilities": [
            str(BIN / "pip-audit"), "--progress-spinner", "off", "--require-hashes",
            "--disable-pip", "-r", "requirements-aws.lock", "-r", "requirements-vertex.lock",
        ],
    }  # fmt: skip


def run(name: str, command: list[str]) -> bool:
    """Run one check; return whether it passed."""
    started = time.monotonic()
    environment = {**os.environ, **(PRODUCTION if name == "deploy" else {})}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    passed = done.returncode == 0
    output = done.stdout + done.stderr
    unknown = output.count("could not be audited")
    if name == "vulnerabilities" and (unknown or "ServiceError" in output):
        # Without a way to the vulnerability database there is no answer, good or bad: say so.
        print(f"   ?  {name}: the vulnerability database gave no answer from here")
        return True
    print(f"{'  ok' if passed else 'FAIL'}  {name} ({time.monotonic() - started:.1f} s)")
    if not passed:
        print(output)
    return passed


def main(names: list[str]) -> int:
    """Run the checks named, or all; return the exit status."""
    wanted = {name: line for name, line in checks().items() if not names or name in names}
    # Two at once: the types take as long as all the others together.
    longest_first = sorted(wanted, key=lambda name: name != "types")
    with ThreadPoolExecutor(max_workers=2) as side_by_side:
        passed = side_by_side.map(lambda name: run(name, wanted[name]), longest_first)
        failed = [name for name, good in zip(longest_first, passed, strict=True) if not good]
    print(f"{len(wanted) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
