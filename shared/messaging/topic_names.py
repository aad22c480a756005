"""How the topics are called: one for each publishing service and version."""

VERSION = "v1"


def topic_of(source: str, prefix: str) -> str:
    """Return the topic of a publishing service. prefix: the installation's own in the cluster."""
    return f"{prefix}.{source}.{VERSION}"


def source_of(topic: str) -> str:
    """Return the service that publishes in a topic."""
    return topic.removesuffix(f".{VERSION}").rpartition(".")[2]
