"""The pictures of the report in the documents: all there, none too heavy, each of them shown."""

import struct
from pathlib import Path

import pytest

from scripts.take_pictures import MOST_BYTES, OUT, PICTURES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "read-the-report.md"


def test_there_is_a_file_for_each_and_no_other():
    assert {path.stem for path in OUT.glob("report-*.png")} == {picture.name for picture in PICTURES}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_it_is_small_has_its_size_and_is_shown(picture):
    taken = (OUT / f"{picture.name}.png").read_bytes()
    assert len(taken) <= MOST_BYTES
    width, height = struct.unpack(">II", taken[16:24])
    assert (width, height) == (picture.width * picture.scale, picture.height * picture.scale)
    assert f"../pictures/{picture.name}.png" in PAGE.read_text(encoding="utf-8")
