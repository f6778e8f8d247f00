"""The fixtures ``relata_server``, one server for the run, and ``relata``, a world for each test."""

import os
import shlex
from typing import Iterator

import pytest

from .server import Server, connect, start
from .world import Relata


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("relata")
    group.addoption("--relata-url", help="address of a Relata that runs; else RELATA_URL, else one is started")
    group.addoption("--relata-command", help="what starts Relata; else RELATA_COMMAND, else npx --yes relata")
    group.addoption("--relata-flags", default="", help="more flags of relata start, such as '--seed contoso'")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "relata(seed, clock, ids, port): how the world of the fixture relata begins"
    )


@pytest.fixture(scope="session")
def relata_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server that all worlds of the run are on."""
    config = request.config
    url = config.getoption("--relata-url") or os.environ.get("RELATA_URL")
    command = shlex.split(config.getoption("--relata-command") or "")
    server = connect(url) if url else start(command or None, shlex.split(config.getoption("--relata-flags")))
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def relata(
    request: pytest.FixtureRequest, relata_server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Relata]:
    """A world of its own, which the clients of this process trust while the test runs."""
    marker = request.node.get_closest_marker("relata")
    wish = dict(marker.kwargs) if marker else {}
    if marker is not None and marker.args:
        raise pytest.UsageError(f"the marker relata takes names, such as seed='contoso', and not {marker.args!r}")
    world = relata_server.world(**wish)
    if world.ca_file is not None:
        # requests, and with it MSAL and azure-identity, reads the one; httpx and ssl read the other.
        for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(variable, world.ca_file)
    try:
        yield world
    finally:
        world.close()
