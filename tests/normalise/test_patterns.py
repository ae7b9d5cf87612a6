import re

from pipeline.normalise.patterns import pattern


def test_it_is_compiled_once_and_when_asked_for():
    digits = pattern("[0-9]+")
    assert isinstance(digits(), re.Pattern)
    assert digits() is digits()
    assert digits().fullmatch("12345")
    broken = pattern("[")
    try:
        broken()
    except re.error:
        return
    raise AssertionError("a broken expression was compiled")
