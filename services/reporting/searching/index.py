"""The index of the directory's services: for each feature the set of those that have it.

A set is an integer with a bit for each service, so that a question is answered for ten thousand
services by one operation. An index never changes: ``changed`` makes another that shares what is the
same, and who searches meanwhile is not disturbed.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from services.reporting.searching.features import Feature, features_of
from services.reporting.searching.offers import Directory, Offer
from shared.kernel.spanish import place_in_list

Services = int
"""A set of services: the bit at a service's number is set."""
_Placed = tuple[str, str, str, int]
"""A service's place by name, its id, and its number."""
_FEW = 200
"""So many are sorted; of more, those that are asked about are picked from all in order."""
_NONE: Mapping[Hashable, Services] = {}


@dataclass(frozen=True)
class Index:
    """The services of a directory by their features.

    numbers: of each service, kept for as long as it is listed. holders: for each feature's name the
    sets by value. everything: the set of all services. places: where each stands by name, as
    Spanish sorts names; order: all of these. stale_on: what was found stale last, by the days of
    the places.
    """

    directory: Directory
    numbers: Mapping[str, int]
    services: Mapping[int, Offer]
    features: Mapping[int, frozenset[Feature]]
    holders: Mapping[str, Mapping[Hashable, Services]]
    everything: Services
    places: Mapping[int, _Placed]
    order: Sequence[_Placed]
    stale_on: dict[Hashable, tuple[Services, Services]] = field(default_factory=dict, compare=False)

    def having(self, name: str, value: Hashable) -> Services:
        """Return the services with a feature of this name and value."""
        return self.holders.get(name, _NONE).get(value, 0)

    def having_any(self, name: str, values: Collection[Hashable]) -> Services:
        """Return the services with a feature of this name and one of these values."""
        holders, found = self.holders.get(name, _NONE), 0
        for value in values:
            found |= holders.get(value, 0)
        return found

    def by_value(self, name: str) -> Mapping[Hashable, Services]:
        """Return the services with a feature of this name, by its value."""
        return self.holders.get(name, _NONE)

    def with_word(self, written: str) -> Services:
        """Return the services that have a word with these letters in a name."""
        found, words = 0, self._words
        if not written:
            return self.everything
        for word in words[bisect_left(words, written) :]:
            if not word.startswith(written):
                break
            found |= self.having("word", word)
        if found:
            return found
        return self.having_any("word", [word for word in words if written in word])

    def in_order(self, those: Services) -> Iterator[int]:
        """Yield the numbers of some services by their names, as Spanish sorts them."""
        if those.bit_count() <= _FEW:
            yield from (
                number for *_, number in sorted(map(self.places.__getitem__, _numbers(those)))
            )
            return
        there = bin(those)[:1:-1]
        last = len(there)
        for *_, number in self.order:
            if number < last and there[number] == "1":
                yield number

    @cached_property
    def entry_places(self) -> frozenset[str | None]:
        """The subdivisions by whose days the freshness of entries is judged."""
        places: Any = self.by_value("assured")
        return frozenset(subdivision for subdivision, _ in places)

    @cached_property
    def _words(self) -> list[str]:
        return sorted(str(word) for word in self.by_value("word"))

    def changed(self, directory: Directory, services: Collection[str]) -> "Index":
        """Return the index after these services changed, came or went. directory: as it is now."""
        return _changed(self, directory, services)


def indexed(directory: Directory) -> Index:
    """Return the index of a directory."""
    placed = dict(enumerate(directory.offers.values()))
    features = {n: frozenset(features_of(offer, directory)) for n, offer in placed.items()}
    places = {number: _placed(offer, number) for number, offer in placed.items()}
    size = len(placed) // 8 + 1
    bits: dict[str, dict[Hashable, bytearray]] = defaultdict(dict)
    for number, those in features.items():
        at, bit = number >> 3, 1 << (number & 7)
        for name, value in those:
            holders = bits[name]
            held = holders.get(value)
            if held is None:
                held = holders[value] = bytearray(size)
            held[at] |= bit
    return Index(
        directory,
        {offer.service_id: number for number, offer in placed.items()},
        placed,
        features,
        {
            name: {value: int.from_bytes(held, "little") for value, held in holders.items()}
            for name, holders in bits.items()
        },
        (1 << len(placed)) - 1,
        places,
        sorted(places.values()),
    )


def _changed(index: Index, directory: Directory, services: Collection[str]) -> Index:
    numbers, placed = dict(index.numbers), dict(index.services)
    features, places, order = dict(index.features), dict(index.places), list(index.order)
    holders = {name: dict(those) for name, those in index.holders.items()}
    everything, following = index.everything, max(placed, default=-1) + 1
    for service_id in services:
        number = numbers.pop(service_id, following)
        following += number == following
        bit = 1 << number
        before, after = features.pop(number, frozenset()), frozenset[Feature]()
        everything &= ~bit
        if placed.pop(number, None) is not None:
            del order[bisect_left(order, places.pop(number))]
        if (offer := directory.offers.get(service_id)) is not None:
            after = frozenset(features_of(offer, directory))
            numbers[service_id], placed[number], features[number] = number, offer, after
            everything |= bit
            places[number] = _placed(offer, number)
            insort(order, places[number])
        for name, value in before - after:
            _drop(holders[name], value, bit)
        for name, value in after - before:
            held = holders.setdefault(name, {})
            held[value] = held.get(value, 0) | bit
    return replace(
        index,
        directory=directory,
        numbers=numbers,
        services=placed,
        features=features,
        holders=holders,
        everything=everything,
        places=places,
        order=order,
        stale_on={},
    )


def _numbers(those: Services) -> Iterator[int]:
    while those:
        lowest = those & -those
        yield lowest.bit_length() - 1
        those ^= lowest


def _placed(offer: Offer, number: int) -> _Placed:
    return (*place_in_list(offer.name), offer.service_id, number)


def _drop(holders: dict[Hashable, Services], value: Hashable, bit: int) -> None:
    left = holders[value] & ~bit
    if left:
        holders[value] = left
    else:
        del holders[value]
