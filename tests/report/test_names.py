"""What remarks, rejections and scripts are called."""

import pytest

from pipeline.report.kinds import family_of, kind_name
from pipeline.report.names import flag_name, rejection_name, script_name

NAMED = {
    "a flag": (flag_name("incomplete"), "缺页 incomplete"),
    "a flag of the user": (flag_name("mine"), "mine"),
    "a rejection": (rejection_name("fetch.gone"), "已撤下 fetch.gone"),
    "a rejection that has no name": (rejection_name("fetch.status_451"), "fetch.status_451"),
    "a script": (script_name("hant"), "繁體 hant"),
    "no script": (script_name(""), ""),
    "a kind": (kind_name("nav"), "导航 nav"),
    "a kind of the user": (kind_name("mine"), "mine"),
    "the family of that": (family_of("mine"), "notice"),
}


@pytest.mark.parametrize(("name", "wanted"), NAMED.values(), ids=NAMED)
def test_names(name, wanted):
    assert name == wanted
