"""How the tools are run: as a person runs them, in a process of their own, in the folder that holds the data."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# Off the network, and without remarks on standard error.
_QUIET = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1", "NO_MKDOCS_2_WARNING": "1"}


def need(module: str) -> None:
    """Skip the test where the module is missing; with ZHNEWS_ALL_TOOLS, as in CI, that is a fault."""
    if importlib.util.find_spec(module) is None:
        assert not os.environ.get("ZHNEWS_ALL_TOOLS"), f"{module} is missing"
        pytest.skip(f"{module} is not installed (dependency groups tools and docs)")


def asked(folder: Path, *words: str) -> str:
    """Run Python with these words in the folder; return what it prints."""
    there = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **_QUIET, "HF_HOME": str(folder / "hf"), "PYTHONPATH": there},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
