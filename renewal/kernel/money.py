"""Money in whole pence, and how people read it."""

from decimal import Decimal
from typing import NewType

Pence = NewType("Pence", int)


def pounds(amount: int) -> str:
    """Write pence as people read them: ``£1,250``, ``£12.50``, ``-£3``; no pennies where there are none or above £100.

    The sign stands before the pound. Rounds half away from zero where pennies are left out.
    """
    sign, amount = ("-", -amount) if amount < 0 else ("", int(amount))
    whole, rest = divmod(amount, 100)
    if rest and amount < 10_000:
        return f"{sign}£{whole:,}.{rest:02d}"
    return f"{sign}£{whole + (rest >= 50):,}"


def exact_pounds(amount: int) -> str:
    """Write pence to the penny, as ledgers and CSV files need them: ``£1,250.00``."""
    sign, amount = ("-", -amount) if amount < 0 else ("", int(amount))
    return f"{sign}£{amount // 100:,}.{amount % 100:02d}"


def decimal_pounds(amount: int) -> Decimal:
    """Return pence as a number of pounds with two decimals, for the cells of a CSV file: ``1250.00``."""
    return Decimal(amount).scaleb(-2)


def from_pounds(whole: int) -> Pence:
    """Turn whole pounds into pence."""
    return Pence(whole * 100)
