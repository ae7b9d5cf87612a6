"""The notebook in the documents runs, and gives what is stored in it."""

import json
import re

import pytest

from tests.tools.running import ROOT, asked, need

NOTEBOOK = ROOT / "docs" / "how-to" / "look-in-a-notebook.ipynb"
RUN = """
import sys, nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
about = dict(notebook.metadata)
manager = AsyncKernelManager(kernel_name="python3", transport="ipc")
NotebookClient(notebook, timeout=300, km=manager, record_timing=False).execute()
notebook.metadata = about  # without the version of this Python
nbformat.write(notebook, "run.ipynb")
"""


def shown(path):
    """Return the text that each cell of code shows, without addresses in memory."""
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    return [
        [re.sub(r" at 0x\w+", "", "".join(out.get("text") or out["data"]["text/plain"])) for out in cell["outputs"]]
        for cell in cells
    ]


@pytest.mark.slow
def test_each_cell_shows_what_is_stored(folder):
    for module in ("nbclient", "ipykernel", "pandas"):
        need(module)
    asked(folder, "-c", RUN, str(NOTEBOOK))
    run = folder / "run.ipynb"
    assert shown(run) == shown(NOTEBOOK), f"if what it shows now is right: cp {run} {NOTEBOOK}"


def test_every_cell_has_been_run():
    cells = shown(NOTEBOOK)
    assert len(cells) >= 6
    assert all(cells)
    assert "Traceback" not in NOTEBOOK.read_text(encoding="utf-8")
