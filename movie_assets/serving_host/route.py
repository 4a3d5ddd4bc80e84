"""Route: the configuration file by which Traefik sends requests to a slot, or to two during a rollout; starts Traefik.

agent.py decides when the route moves.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from movie_assets.release.record import RolloutKind
from movie_assets.serving_host.shared_files import replace_file

ROUTER = "service"
NO_SLOT = "none"
ERRORS = "errors"  # the agent's pages
BARE = "bare"  # the address without a path, before the first release
TWO_SLOTS = "tried"  # Traefik's service of a rollout
# The service closes connections that were idle for 5 s; Traefik closes them before, so no request meets a closed one.
IDLE_SECONDS = 2
ANSWER_SECONDS = 65  # for a service that hangs; longer than MOVIE_API_BATCH_SECONDS may be
# Go's HTTP server gives an early answer, such as a 408, only once the body has arrived or its time is over.
MARGIN_SECONDS = 1.0  # after the service's own 408
LIMITS = {"MOVIE_API_SECONDS": 2.0, "MOVIE_API_BATCH_SECONDS": 8.0}  # as bento_service/settings.py has them
# Traefik holds copies in memory, so larger bodies, batches of thousands of films, are not mirrored.
MAX_MIRRORED_BYTES = 1_000_000
# A request that no slot accepted is retried; one that a slot has begun to answer never is.
RETRY = {"retry": {"attempts": 3, "initialInterval": "5ms"}}


class Route:
    """Traefik's watched file, in a folder of its own below the host's.

    Clients get the pages of `errors`, once it has an address, in place of Traefik's own errors.
    """

    def __init__(self, host_folder: Path, *, errors: str | None = None) -> None:
        self.errors = errors
        self.folder = host_folder.resolve() / "route"
        self._file = self.folder / "route.yml"  # JSON is YAML; Traefik takes no name that ends in .json

    @property
    def exists(self) -> bool:
        """Whether the file has been written."""
        return self._file.exists()

    @property
    def slot(self) -> str | None:
        """The name of the slot in service; None before the first release."""
        try:
            return _slot_in(self._file.read_text())
        except FileNotFoundError:
            return None

    @property
    def last_errors(self) -> str | None:
        """The address of the pages in the file."""
        try:
            services = json.loads(self._file.read_text())["http"]["services"]
            return str(services[ERRORS]["loadBalancer"]["servers"][0]["url"])
        except (FileNotFoundError, LookupError):
            return None

    @property
    def moved_at(self) -> datetime:
        """When the file was last changed. Raises FileNotFoundError before the first time."""
        return datetime.fromtimestamp(self._file.stat().st_mtime, tz=UTC)

    def move(self, slot: str | None, url: str | None) -> None:
        """Send every request to the slot at `url`; a route that leads there already is not written again.

        With None every path answers 503, and `/` answers 404, which tells a port check that Traefik listens.
        """
        self._write(_configuration(slot, {slot: url} if slot and url else {}, errors=self.errors))

    def share(self, slot: str, beside: str, urls: Mapping[str, str], *, kind: RolloutKind, percent: int) -> None:
        """Send requests to `slot`, and a share of them (canary) or copies of a share (shadow) to `beside`."""
        if kind == "canary":
            parts = [{"name": slot, "weight": 100 - percent}, {"name": beside, "weight": percent}]
            rollout: dict[str, Any] = {"weighted": {"services": parts}}
        else:
            mirrors = [{"name": beside, "percent": percent}]
            rollout = {"mirroring": {"service": slot, "maxBodySize": MAX_MIRRORED_BYTES, "mirrors": mirrors}}
        both = {name: urls[name] for name in (slot, beside)}
        self._write(_configuration(slot, both, rollout, errors=self.errors))

    def _write(self, configuration: dict[str, Any]) -> None:
        text = json.dumps(configuration, indent=2)
        if self._file.exists() and self._file.read_text() == text:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # the part outside the folder: Traefik reads every file in it
        replace_file(self._file, text, part=self.folder.parent / "route.part")


def run_proxy(route: Route, *, host: str, port: int, variables: Mapping[str, str]) -> NoReturn:
    """Replace this process by Traefik, listening on `host` and `port`, with `variables` as its environment.

    The limits of the service are among the variables; they are nothing to Traefik.
    """
    if not route.exists:
        route.move(None, None)
    traefik = str(Path(sys.executable).with_name("traefik"))
    options = {
        "entryPoints.service.address": f"{host}:{port}",
        "entryPoints.service.transport.respondingTimeouts.readTimeout": f"{body_seconds(variables):g}s",
        "providers.file.directory": str(route.folder),
        "providers.file.watch": "true",
        "providers.providersThrottleDuration": "0s",  # a new route is used at once
        "global.checkNewVersion": "false",
        "global.sendAnonymousUsage": "false",
        "log.noColor": "true",
        "log.level": "WARN",  # no access log: requests are not stored
    }
    environment = {**variables, "HOME": str(route.folder)}  # nothing of this process's: Traefik needs no key
    os.execve(traefik, [traefik, *(f"--{name}={value}" for name, value in options.items())], environment)  # noqa: S606 - our own program, and no shell


def body_seconds(variables: Mapping[str, str]) -> float:
    """Seconds within which a request must arrive; Traefik has one such limit for all paths.

    The longest of the service's own limits, and a margin; a slot refuses to start with one that is no number.
    """
    found = dict(LIMITS)
    for name, default in LIMITS.items():
        with suppress(ValueError):
            found[name] = float(variables.get(name) or default)
    return max(found["MOVIE_API_SECONDS"], found["MOVIE_API_BATCH_SECONDS"] / 2) + MARGIN_SECONDS


def _configuration(
    slot: str | None, urls: Mapping[str, str], rollout: Mapping[str, Any] | None = None, *, errors: str | None = None
) -> dict[str, Any]:
    timeouts = {"idleConnTimeout": f"{IDLE_SECONDS}s", "responseHeaderTimeout": f"{ANSWER_SECONDS}s"}
    transport = {"forwardingTimeouts": timeouts}
    addresses = {name: [{"url": url}] for name, url in urls.items()} if slot else {NO_SLOT: []}
    services: dict[str, Any] = {
        name: {"loadBalancer": {"servers": servers, "serversTransport": "slots"}} for name, servers in addresses.items()
    }
    router: dict[str, Any] = {"rule": "PathPrefix(`/`)" if slot else "!Path(`/`)", "service": slot or NO_SLOT}
    middlewares: dict[str, Any] = {}
    if errors:
        pages = {"status": ["502-504"], "service": ERRORS, "query": "/{status}"}
        middlewares[ERRORS] = {"errors": pages}
    if rollout:
        services[TWO_SLOTS] = rollout
        router["service"] = TWO_SLOTS
        middlewares["again"] = RETRY
    routers = {ROUTER: router | ({"middlewares": list(middlewares)} if middlewares else {})}
    if errors:
        services[ERRORS] = {"loadBalancer": {"servers": [{"url": errors}]}}
        if not slot:
            bare = {"status": ["503"], "service": ERRORS, "query": "/404", "statusRewrites": {"503": 404}}
            middlewares[BARE] = {"errors": bare}
            routers[BARE] = {"rule": "Path(`/`)", "service": NO_SLOT, "middlewares": [BARE]}
    http = {"routers": routers, "services": services, "serversTransports": {"slots": transport}}
    return {"http": http | ({"middlewares": middlewares} if middlewares else {})}


def _slot_in(text: str) -> str | None:
    http = json.loads(text)["http"]
    service = str(http["routers"][ROUTER]["service"])
    if service == TWO_SLOTS:
        return str(next(name for name in http["services"]))  # the slot in service is the first
    return None if service == NO_SLOT else service
