"""The rights of the services in a cluster, made from code (ACLs).

Each service is one user: it writes its own topic only, and reads that topic (to compare it with its
log), the topics that it follows, and as its own group. Nobody else is given anything; whoever else
may write a topic of ours is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.admin import ACLResourcePatternType as PatternType
from kafka.errors import NoError

from shared.messaging.cluster import administration
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.topic_names import topic_of

_WRITES = (ACLOperation.WRITE, ACLOperation.ALL)
_ANYWHERE = "*"
_USER = "User:"
CREATED, MISSING, THERE = "created", "missing", "there"
FOREIGN, REVOKED = "foreign", "revoked"


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """What one user may do. resource: ``topic`` or ``group``, with its name."""

    user: str
    operation: str
    resource: str
    name: str


@dataclass(frozen=True, slots=True)
class RightSeen:
    """A right and how it stands.

    status: ``created`` now, ``missing`` (and only looked for), ``there`` before, or ``foreign``:
    somebody who is not its service may write a topic of ours; ``revoked`` if no longer.
    """

    right: Right
    status: str


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """A service, its user in the cluster, and what it reads and writes. writes: to its topic."""

    service: str
    user: str
    sources: Sequence[str]
    writes: bool


def wanted(users: Iterable[ServiceUser], prefix: str) -> list[Right]:
    """Return the rights that the services need, and no other. prefix: the installation's own."""
    return sorted({right for one in users for right in _of(one, prefix)})


def _of(one: ServiceUser, prefix: str) -> Iterator[Right]:
    yield Right(one.user, "READ", "group", f"{prefix}-{one.service}")
    read = {*one.sources, *([one.service] if one.writes else [])}
    for source in read:
        yield Right(one.user, "READ", "topic", topic_of(source, prefix))
    if one.writes:
        yield Right(one.user, "WRITE", "topic", topic_of(one.service, prefix))


def ensure_access(
    settings: KafkaSettings,
    users: Sequence[ServiceUser],
    *,
    dry_run: bool = False,
    revoke: bool = False,
) -> list[RightSeen]:
    """Give the rights that are missing, and name whoever else may write a topic of ours.

    dry_run: change nothing. revoke: take the others' rights away. Raises KafkaTrouble; KafkaRefused
    also if the cluster checks no rights.
    """
    needed = wanted(users, settings.prefix)
    topics = {right.name for right in needed if right.resource == "topic"}
    with administration(settings) as client:
        there = _there(client)
        missing = [right for right in needed if right not in there]
        foreign = {
            right: acl
            for right, acl in sorted(there.items())
            if right not in needed and _writes_one_of(acl, topics)
        }
        if missing and not dry_run:
            _create(client, missing)
        if foreign and revoke and not dry_run:
            _revoke(client, foreign.values())
    status = dict.fromkeys(missing, MISSING if dry_run else CREATED)
    seen = [RightSeen(right, status.get(right, THERE)) for right in needed]
    fate = REVOKED if revoke and not dry_run else FOREIGN
    return seen + [RightSeen(right, fate) for right in foreign]


def _there(client: Any) -> dict[Right, Any]:
    """Return every right that the cluster has given, with the ACL that it stands in."""
    everything = ACLFilter(
        principal=None,
        host=None,
        operation=ACLOperation.ANY,
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePatternFilter(ResourceType.ANY, None, PatternType.ANY),
    )
    acls, _ = client.describe_acls(everything)
    return {_right(acl): acl for acl in acls}


def _right(acl: Any) -> Right:
    """Return an ACL as a right; one that holds for a prefix or one host is named otherwise."""
    pattern = acl.resource_pattern
    prefixed = pattern.pattern_type is PatternType.PREFIXED
    host = "" if acl.host == _ANYWHERE else f"@{acl.host}"
    return Right(
        acl.principal.removeprefix(_USER) + host,
        acl.operation.name,
        pattern.resource_type.name.lower(),
        f"{pattern.resource_name}{_ANYWHERE if prefixed else ''}",
    )


def _writes_one_of(acl: Any, topics: set[str]) -> bool:
    """Whether an ACL lets somebody write one of these topics."""
    pattern = acl.resource_pattern
    if pattern.resource_type is not ResourceType.TOPIC or acl.operation not in _WRITES:
        return False
    return any(_covers(pattern, topic) for topic in topics)


def _covers(pattern: Any, topic: str) -> bool:
    name = pattern.resource_name
    if pattern.pattern_type is PatternType.PREFIXED:
        return topic.startswith(name)
    return name in {topic, _ANYWHERE}


def _create(client: Any, rights: Sequence[Right]) -> None:
    """Give rights. Raises the client's error if one cannot be given."""
    kinds: Mapping[str, Any] = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP}
    answer = client.create_acls(
        [
            ACL(
                principal=_USER + right.user,
                host=_ANYWHERE,
                operation=ACLOperation[right.operation],
                permission_type=ACLPermissionType.ALLOW,
                resource_pattern=ResourcePattern(kinds[right.resource], right.name),
            )
            for right in rights
        ]
    )
    for failed in answer["failed"]:
        raise failed


def _revoke(client: Any, acls: Iterable[Any]) -> None:
    """Take rights away. Raises the client's error if one cannot be taken."""
    filters = [
        ACLFilter(acl.principal, acl.host, acl.operation, acl.permission_type, acl.resource_pattern)
        for acl in acls
    ]
    for _, _, outcome in client.delete_acls(filters):
        if outcome is not NoError:
            raise outcome
