"""What an amount of money may be: exact, of zero or more, with its currency."""

from decimal import Decimal
from typing import ClassVar

from shared.kernel.coded_fields import attribute
from shared.kernel.limits import DECIMALS, LIMIT
from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.text import Text


class AmountAndCurrencyTogether(Invalid):
    """An amount needs its currency, and a currency needs an amount."""

    code: ClassVar[str] = "amount-and-currency-together"
    text: ClassVar[Text] = Text(
        "El importe y su moneda van juntos: indique ambos o ninguno.",
        "An amount and its currency go together: give both or neither.",
    )


class OutcomeTakesNoAmount(Invalid):
    """Only an outcome about money takes an amount."""

    outcome: str
    code: ClassVar[str] = "outcome-takes-no-amount"
    text: ClassVar[Text] = Text(
        "El resultado «{outcome}» no lleva importe.",
        "The outcome “{outcome}” takes no amount.",
    )


class OutcomeNeedsAmount(Invalid):
    """An outcome such as a payment needs its amount."""

    outcome: str
    code: ClassVar[str] = "outcome-needs-amount"
    text: ClassVar[Text] = Text(
        "El resultado «{outcome}» lleva importe: indíquelo con su moneda.",
        "The outcome “{outcome}” takes an amount: give it with its currency.",
    )


class AmountNotANumber(Invalid):
    """An amount is a number, below a thousand million million."""

    code: ClassVar[str] = "amount-not-a-number"
    text: ClassVar[Text] = Text(
        "El importe debe ser un número de 15 cifras enteras como máximo.",
        "The amount must be a number of at most 15 digits before the point.",
    )


class AmountBelowZero(Invalid):
    """An amount is zero or more; what the person owes is no outcome."""

    code: ClassVar[str] = "amount-below-zero"
    text: ClassVar[Text] = Text(
        "El importe no puede ser menor que cero.",
        "The amount cannot be below zero.",
    )


class AmountTooFine(Invalid):
    """An amount has at most four decimals: nothing is rounded silently."""

    code: ClassVar[str] = "amount-too-fine"
    text: ClassVar[Text] = Text(
        "El importe lleva cuatro decimales como máximo; aquí nada se redondea.",
        "The amount has at most four decimals; nothing is rounded here.",
    )


class AmountAboveCeiling(Invalid):
    """An amount that is mostly a slip of the keyboard is a supervisor's to record.

    ceiling: the most that anybody else records in this currency.
    """

    ceiling: Decimal
    currency: str
    code: ClassVar[str] = "amount-above-ceiling"
    text: ClassVar[Text] = Text(
        "Más de {ceiling:,f} {currency} en un resultado suele ser un error de captura. Si es"
        " correcto, lo registra quien tenga el rol «supervisor».",
        "More than {ceiling:,f} {currency} in one outcome is mostly a slip of the keyboard. If it"
        " is right, whoever has the role “supervisor” records it.",
    )


def above_ceiling(amount: Decimal | None, currency: str | None) -> Refusal | None:
    """Refuse an amount above its currency's ceiling. The currency must be known."""
    if amount is None or currency is None:
        return None
    ceiling = Decimal(attribute("currencies", currency, "ceiling"))
    if amount <= ceiling:
        return None
    return AmountAboveCeiling(field="amount", ceiling=ceiling, currency=currency)


def amount_not_usable(outcome: str, amount: Decimal | None, currency: str | None) -> Refusal | None:
    """Refuse an amount that does not fit this outcome. Both codes must be known."""
    if (amount is None) != (currency is None):
        return AmountAndCurrencyTogether(field="amount" if amount is None else "currency")
    takes = attribute("outcome_kinds", outcome, "amount")
    if amount is None:
        needed = takes == "required"
        return OutcomeNeedsAmount(field="amount", outcome=outcome) if needed else None
    if takes == "none":
        return OutcomeTakesNoAmount(field="amount", outcome=outcome)
    return _number_not_usable(amount)


def plain(amount: Decimal | None) -> Decimal | None:
    """Return an amount in one form: no exponent, no minus zero, decimals as they were given."""
    return None if amount is None else Decimal(f"{amount.copy_abs():f}")


def _number_not_usable(amount: Decimal) -> Refusal | None:
    if not amount.is_finite() or abs(amount) >= LIMIT:
        return AmountNotANumber(field="amount")
    if amount < 0:
        return AmountBelowZero(field="amount")
    _, _, exponent = amount.as_tuple()
    too_fine = isinstance(exponent, int) and -exponent > DECIMALS
    return AmountTooFine(field="amount") if too_fine else None
