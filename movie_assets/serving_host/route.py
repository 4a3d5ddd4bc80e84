"""The route: which slot Traefik sends requests to, kept in one file that it watches; and becoming Traefik.

While a release is tried, a second slot gets a part of the requests or a copy of them. When the route moves: agent.py.
What answers at its end: slot.py.
"""

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from movie_assets.release.record import RolloutKind
from movie_assets.serving_host.files import replace_file

ROUTER = "service"
NOBODY = "none"
TRIED = "tried"  # the service that leads to two slots
# The service closes a connection that was idle for 5 s. Traefik closes it first, or a request could meet a closed one.
IDLE_SECONDS = 2
# A copy is kept in Traefik's memory: of what is larger, a batch of thousands of films, none is sent.
MOST_MIRRORED_BYTES = 1_000_000
# A request that found nobody at one of two slots is sent once more; one that a slot has begun to answer never is.
SENT_AGAIN = {"retry": {"attempts": 3, "initialInterval": "5ms"}}


class Route:
    """Traefik's watched file, in a folder of its own below the host's: every request goes to one slot, or to none."""

    def __init__(self, host_folder: Path) -> None:
        self.folder = host_folder.resolve() / "route"
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
        self._write(_configuration(slot, {slot: url} if slot and url else {}))

    def share(self, slot: str, beside: str, urls: Mapping[str, str], *, kind: RolloutKind, percent: int) -> None:
        """Send requests to `slot`, and to `beside` a part of them (canary) or a copy of a part of them (shadow)."""
        if kind == "canary":
            parts = [{"name": slot, "weight": 100 - percent}, {"name": beside, "weight": percent}]
            tried: dict[str, Any] = {"weighted": {"services": parts}}
        else:
            mirrors = [{"name": beside, "percent": percent}]
            tried = {"mirroring": {"service": slot, "maxBodySize": MOST_MIRRORED_BYTES, "mirrors": mirrors}}
        self._write(_configuration(slot, {name: urls[name] for name in (slot, beside)}, tried))

    def _write(self, configuration: dict[str, Any]) -> None:
        text = json.dumps(configuration, indent=2)
        if self._file.exists() and self._file.read_text() == text:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # the part beside the folder: Traefik reads whatever is in it
        replace_file(self._file, text, part=self.folder.parent / "route.part")


def run_proxy(route: Route, *, host: str, port: int, told: Mapping[str, str]) -> NoReturn:
    """Become Traefik, listening on `host` and `port`, `told` its own variables; does not return."""
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
    environment = {**told, "HOME": str(route.folder)}  # nothing of this process's: Traefik needs no key
    os.execve(traefik, [traefik, *(f"--{name}={value}" for name, value in options.items())], environment)  # noqa: S606 - our own program, and no shell


def _configuration(slot: str | None, urls: Mapping[str, str], tried: Mapping[str, Any] | None = None) -> dict[str, Any]:
    transport = {"forwardingTimeouts": {"idleConnTimeout": f"{IDLE_SECONDS}s"}}
    addresses = {name: [{"url": url}] for name, url in urls.items()} if slot else {NOBODY: []}
    services: dict[str, Any] = {
        name: {"loadBalancer": {"servers": servers, "serversTransport": "slots"}} for name, servers in addresses.items()
    }
    router: dict[str, Any] = {"rule": "PathPrefix(`/`)" if slot else "!Path(`/`)", "service": slot or NOBODY}
    http = {"routers": {ROUTER: router}, "services": services, "serversTransports": {"slots": transport}}
    if tried:
        services[TRIED] = tried
        router |= {"service": TRIED, "middlewares": ["again"]}
        http["middlewares"] = {"again": SENT_AGAIN}
    return {"http": http}


def _slot_in(text: str) -> str | None:
    http = json.loads(text)["http"]
    service = str(http["routers"][ROUTER]["service"])
    if service == TRIED:
        return str(next(name for name in http["services"]))  # the first is the one that counts
    return None if service == NOBODY else service
