"""Packages of npm, for tests of what this project's files mean to programs that are not written in Python."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRED = "CALLBOARD_TEST_NPM"
"""Set to 1 where these tests must run: what keeps them from it is a failure then, and no reason to skip."""


def install(folder: Path, *packages: str) -> Path:
    """Install packages, `name@version`, and give their `node_modules`; skips the test where that cannot be."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        _give_up("node and npm are not installed")
    options = "--no-audit --no-fund --no-save --no-package-lock --ignore-scripts --prefer-offline --loglevel=error"
    patience = (
        "--fetch-retries=1",
        "--fetch-timeout=10000",
        "--fetch-retry-mintimeout=500",
        "--fetch-retry-maxtimeout=2000",
    )
    command = [npm, "install", *options.split(), *patience, "--prefix", str(folder), *packages]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=45, check=False)
    except subprocess.TimeoutExpired:
        _give_up("the package registry of npm does not answer")
    if done.returncode:
        _give_up(f"npm cannot install {' '.join(packages)}: {done.stderr.strip().splitlines()[:1]}")
    return folder / "node_modules"


def _give_up(reason: str) -> NoReturn:
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{reason}, and {REQUIRED}=1 asks for these tests")
    pytest.skip(f"NOT TESTED with editors and ajv: {reason}; {REQUIRED}=1 makes this a failure")
