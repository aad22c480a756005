"""Reporting publishes nothing: what it knows, it was told."""


def publish(fact: object) -> None:
    """Keep every fact at home: reporting records only what happened to parked messages."""
    del fact
