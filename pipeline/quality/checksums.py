"""Numbers that prove themselves: identity numbers, bank cards."""

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10x98765432"
# GB/T 2260: the first two digits are a province.
_PROVINCES = frozenset({
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83,
})  # fmt: skip
_TAIWAN_LETTERS = "abcdefghjklmnpqrstuvxywzio"  # in the order of their numbers, from 10 on


def is_resident_id(number: str) -> bool:
    """Return whether 18 folded characters are a resident identity number: GB 11643, with ISO 7064 MOD 11-2."""
    if len(number) != 18 or int(number[:2]) not in _PROVINCES:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == number[-1]


def is_taiwan_id(number: str) -> bool:
    """Return whether a letter and nine digits are a national identity number of Taiwan."""
    code = _TAIWAN_LETTERS.index(number[0]) + 10
    digits = (code // 10, code % 10, *map(int, number[1:]))
    return (
        sum(digit * weight for digit, weight in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0
    )


def is_hong_kong_id(number: str) -> bool:
    """Return whether one or two letters, six digits and a check character are an identity card number of Hong Kong."""
    values = [36 if char == " " else int(char, 36) for char in number[:-1].rjust(8)]
    check = 10 if number[-1] == "a" else int(number[-1])
    return (sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) + check) % 11 == 0


def has_luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
