"""Hosts as they stand in addresses: which of them are this machine, and how they are written."""

from ipaddress import ip_address

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - read, not bound


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host, with or without brackets.

    A name that is not known to be so is not, whatever it begins with.
    """
    if host.lower() == "localhost":
        return True
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def authority(host: str, port: int | None = None) -> str:
    """Return a host as it stands in an address: IPv6 in brackets, and the port, if there is one."""
    written = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return written if port is None else f"{written}:{port}"


def host_of(written: str) -> str:
    """Return the host of ``HOST[:PORT]``, without brackets; IPv6 has brackets if a port follows."""
    if written.startswith("["):
        return written[1:].partition("]")[0]
    return written if written.count(":") > 1 else written.partition(":")[0]


def from_here(host: str) -> str:
    """Return how this machine reaches what listens on a host: on all of them, by the loopback."""
    return _EVERYWHERE.get(host, host)
