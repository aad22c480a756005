"""Values that hold something of a person."""

from typing_extensions import override

from shared.kernel.value import Value


class Personal(Value):
    """What holds something of a person: written out, as into a log, it says what it is alone."""

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"
