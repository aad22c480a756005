"""Metrics: each says what it means, and none tells one case from another."""

from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from shared.telemetry import metrics

OURS = {name: each for name, each in vars(metrics).items() if isinstance(each, MetricWrapperBase)}
LABELS = {"service", "answer", "code", "source", "partition", "reason", "kind"}


def test_every_metric_says_what_it_means() -> None:
    assert OURS
    for each in OURS.values():
        assert each._name.startswith("canaliza_")
        assert len(each._documentation) > 20
        assert each._documentation.endswith(".")


def test_labels_are_few_and_never_a_case_or_an_institution() -> None:
    assert {label for each in OURS.values() for label in each._labelnames} <= LABELS


def test_no_metric_of_ours_is_kept_elsewhere_and_none_of_theirs_with_ours() -> None:
    assert not [family.name for family in REGISTRY.collect() if "canaliza" in family.name]
    ours = {family.name for family in metrics.REGISTRY.collect()}
    assert ours == {each._name for each in OURS.values()}
