"""This file makes and checks Damm's check digit, by which one wrong digit is always found.

H. Michael Damm, Total anti-symmetrische Quasigruppen, Marburg 2004, the table of order 10. It finds
two neighbours that were swapped as well. https://en.wikipedia.org/wiki/Damm_algorithm
"""

_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_ROWS = tuple(tuple(map(int, row)) for row in _TABLE)


def check_digit(digits: str) -> str:
    """Return the digit that belongs behind ASCII digits."""
    left = 0
    for one in digits:
        left = _ROWS[left][int(one)]
    return str(left)


def is_valid(digits: str) -> bool:
    """Whether ASCII digits, at least one, end in the check digit of those before it."""
    return digits.isascii() and digits.isdigit() and check_digit(digits) == "0"
