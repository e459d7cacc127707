from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

for name, examples in (("everyday", 5), ("thorough", 60)):
    settings.register_profile(name, max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everyday")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conflicts", type=int, help="random conflicts to compare with the oracle (60; 200 with --slow)")
    parser.addoption("--slow", action="store_true", help="all tests, and more examples of each property")
    parser.addoption("--large", action="store_true", help="every verb on every large file: hours")
    parser.addoption("--exhaustive", action="store_true", help="every small conflict, and kernels under sanitizers")
    parser.addoption("--accept", action="store_true", help="write golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    slow = config.getoption("--slow")
    settings.load_profile("thorough" if slow else "everyday")
    if config.getoption("--conflicts") is None:
        config.option.conflicts = 200 if slow else 60


def pytest_report_header(config: pytest.Config) -> str | None:
    return None if config.getoption("--slow") else "everyday tests; --slow runs those that take long too"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out_all_but_the_first(items)
    out = {marker for marker in ("slow", "large") if not config.getoption(f"--{marker}")}
    left = [item for item in items if out.isdisjoint(item.keywords)]
    config.hook.pytest_deselected(items=[item for item in items if not out.isdisjoint(item.keywords)])
    items[:] = left


def leave_out_all_but_the_first(items: list[pytest.Item]) -> None:
    """Of a test's parameters that are marked ``first(n)`` the others are slow."""
    taken: Counter[tuple[object, str]] = Counter()
    for item in items:
        marker, key = item.get_closest_marker("first"), (item.parent, getattr(item, "originalname", item.name))
        if marker is not None and "slow" not in item.keywords:
            taken[key] += 1
            if taken[key] > marker.args[0]:
                item.add_marker("slow")


@pytest.fixture(autouse=True, scope="session")
def _unhurried() -> Iterator[None]:
    """Commands run in this process never say that they take long: what they print must not hang on the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("standoff.cli.work.Teller.FIRST", 3600.0)
        yield
