import pytest

from pipeline.quality.checksums import has_luhn, is_hong_kong_id, is_resident_id, is_taiwan_id

# Numbers made up for this test; only their check digits are right.
CASES = {
    "Luhn, from ISO/IEC 7812": (has_luhn, "79927398713", True),
    "Luhn, another digit": (has_luhn, "79927398710", False),
    "Taiwan": (is_taiwan_id, "a123456789", True),
    "Taiwan, another digit": (is_taiwan_id, "a123456788", False),
    "Hong Kong": (is_hong_kong_id, "a1234563", True),
    "Hong Kong, two letters": (is_hong_kong_id, "ab9876543", True),
    "Hong Kong, another digit": (is_hong_kong_id, "a1234564", False),
    "no province": (is_resident_id, "990101199003071091", False),
    "too short": (is_resident_id, "11010119900307", False),
}


@pytest.mark.parametrize("name", CASES)
def test_check_digits(name):
    check, number, wanted = CASES[name]
    assert check(number) is wanted


def test_exactly_one_check_character_is_right():
    assert sum(is_resident_id(f"11010119900307109{check}") for check in "0123456789x") == 1
    assert sum(has_luhn(f"62170012100243855{digit}") for digit in "0123456789") == 1
    assert sum(is_hong_kong_id(f"c668668{check}") for check in "0123456789a") == 1
