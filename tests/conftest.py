from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("everyday", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everyday")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conflicts", type=int, default=600, help="random conflicts to compare with the oracle")
    parser.addoption("--slow", action="store_true", help="also tests that take minutes: every verb on large files")
    parser.addoption("--exhaustive", action="store_true", help="every small conflict, and kernels under sanitizers")
    parser.addoption("--accept", action="store_true", help="write golden files anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="takes minutes; pytest --slow runs it"))


@pytest.fixture(autouse=True, scope="session")
def _unhurried() -> Iterator[None]:
    """Commands run in this process never say that they take long: what they print must not hang on the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("standoff.cli.frame._Teller.FIRST", 3600.0)
        yield
