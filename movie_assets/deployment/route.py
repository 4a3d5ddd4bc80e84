"""The route: which slot Traefik sends requests to, kept in one file that it watches; and becoming Traefik.

When the route moves: agent.py. What answers at its end: slot.py.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

ROUTER = "service"
NOBODY = "none"
# The service closes a connection that was idle for 5 s. Traefik closes it first, or a request could meet a closed one.
IDLE_SECONDS = 2


class Route:
    """Traefik's watched file, in `folder`: every request goes to one slot, or to none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._file = self.folder / "route.yml"  # JSON is YAML; Traefik takes no name that ends in .json

    @property
    def slot(self) -> str | None:
        """The name of the slot that is routed to; None before the first release."""
        try:
            return _slot_in(self._file.read_text())
        except FileNotFoundError:
            return None

    @property
    def moved_at(self) -> datetime:
        """When the route was moved last. Raises FileNotFoundError before the first time."""
        return datetime.fromtimestamp(self._file.stat().st_mtime, tz=UTC)

    def move(self, slot: str | None, url: str | None) -> None:
        """Send every request to the slot at `url` from now on. Written whole, or not at all.

        With None every question is answered 503, and the bare address 404, which tells a port check that somebody
        listens. Nothing is written when the route leads there already.
        """
        text = _configuration(slot, [{"url": url}] if url else [])
        if self._file.exists() and self._file.read_text() == text:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder.parent / "route.part"  # beside the folder: Traefik reads whatever is in it
        part.write_text(text)
        part.replace(self._file)


def run_proxy(route: Route, *, host: str, port: int) -> NoReturn:
    """Become Traefik, listening on `host` and `port`; does not return."""
    if route.slot is None:
        route.move(None, None)
    traefik = str(Path(sys.executable).with_name("traefik"))
    options = {
        "entryPoints.service.address": f"{host}:{port}",
        "providers.file.directory": str(route.folder),
        "providers.file.watch": "true",
        "providers.providersThrottleDuration": "0s",  # a moved route counts at once
        "global.checkNewVersion": "false",
        "global.sendAnonymousUsage": "false",
        "log.noColor": "true",
        "log.level": "WARN",  # no access log: nothing of a request is kept
    }
    environment = {"HOME": str(route.folder)}  # nothing of this process's: Traefik needs no key
    os.execve(traefik, [traefik, *(f"--{name}={value}" for name, value in options.items())], environment)  # noqa: S606 - our own program, and no shell


def _configuration(slot: str | None, servers: list[dict[str, str]]) -> str:
    service, rule = (slot, "PathPrefix(`/`)") if slot else (NOBODY, "!Path(`/`)")
    transport = {"forwardingTimeouts": {"idleConnTimeout": f"{IDLE_SECONDS}s"}}
    balancer = {"servers": servers, "serversTransport": "slots"}
    http = {
        "routers": {ROUTER: {"rule": rule, "service": service}},
        "services": {service: {"loadBalancer": balancer}},
        "serversTransports": {"slots": transport},
    }
    return json.dumps({"http": http}, indent=2)


def _slot_in(text: str) -> str | None:
    service = str(json.loads(text)["http"]["routers"][ROUTER]["service"])
    return None if service == NOBODY else service
