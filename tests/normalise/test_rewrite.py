import pytest

from pipeline.normalise.rewrite import applied, differences, differing_places

CASES = {
    "the same": ("服务", "服务", 0),
    "runs": ("甲乙丙丁戊", "甲一二丁三", 2),
    "removed": ("服务热线", "服线", 1),
    "added at the end": ("服务", "服务台", 1),
    "added at the start": ("服务", "新服务", 1),
    "all of it": ("甲", "乙丙", 1),
}


@pytest.mark.parametrize(("old", "new", "count"), CASES.values(), ids=CASES)
def test_differences_lead_from_the_old_text_to_the_new(old, new, count):
    changes = list(differences(old, new, "rule", "kind"))
    assert len(changes) == count
    assert applied(old, changes) == new


def test_differing_places():
    assert differing_places("甲乙丙", "甲一丙") == [1]
