"""The data that the tools read: one crawl of the demo for all tests."""

import pytest

from pipeline.cli.main import main


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder of the demo's crawl, exported in both forms."""
    folder = tmp_path_factory.mktemp("tools")
    data = folder / "data"
    assert main(["demo", "--data", str(data)]) == 0
    assert main(["export", "--data", str(data), "--format", "parquet"]) == 0
    return folder
