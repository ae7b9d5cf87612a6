"""The Dockerfile copies all that the program needs. There is no Docker where tests run: the wheel is made of the same files."""

import re
import shlex
import shutil
import zipfile

import pytest

from tests.tools.running import ROOT, asked, need

LINES = (ROOT / "docs" / "how-to" / "Dockerfile").read_text(encoding="utf-8").splitlines()
COPIED = [shlex.split(line)[1:] for line in LINES if re.match(r"COPY (?!--from)", line)]


@pytest.fixture
def image(tmp_path):
    """A folder in the place of the image's first stage, with what is copied into it."""
    for *sources, target in COPIED:
        for source in sources:
            there = tmp_path / target.lstrip("/")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                there.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, there)
    return tmp_path


@pytest.mark.slow
def test_the_wheel_can_be_made_of_what_is_copied(image, tmp_path):
    need("hatchling")
    asked(image / "src", "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "wheel"))
    (wheel,) = (tmp_path / "wheel").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        p.relative_to(ROOT).as_posix()
        for p in ROOT.glob("pipeline/**/*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert ours <= names
    assert "pipeline/_sample/sources.yaml" in names


def test_the_exact_versions_are_installed():
    pips = [line for line in LINES if "pip install" in line]
    assert [("-r /src/requirements.lock" in line, "--no-deps /src" in line) for line in pips] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert LINES[-2:] == ['ENTRYPOINT ["zhnews"]', 'CMD ["--help"]']
