"""Launches a release in a slot and verifies it, before any request reaches it. When to launch one: agent.py."""

import time
from datetime import timedelta

from movie_assets.release.record import Release
from movie_assets.serving_host.bento_cache import BentoCache, golden_examples
from movie_assets.serving_host.service_client import ServiceClient
from movie_assets.serving_host.slot import Slot

READY_POLL_SECONDS = 0.1
ROUTE_SECONDS = 10.0  # Traefik takes a third of a second; if it was killed, supervisord needs some more
WARM_ROUNDS = 5  # of the golden examples: the first answers of a process are its slowest


class NotServingError(RuntimeError):
    """A Bento was started and does not serve; the message says how this was seen."""


class StepTimes:
    """The duration of each step of a switch."""

    def __init__(self) -> None:
        self._steps: list[str] = []
        self._begun = self._since = time.monotonic()

    def end(self, name: str) -> None:
        """End the current step, and give it its name."""
        now = time.monotonic()
        self._steps.append(f"{name} {now - self._since:.1f} s")
        self._since = now

    @property
    def total(self) -> timedelta:
        """The duration of all ended steps."""
        return timedelta(seconds=self._since - self._begun)

    def __str__(self) -> str:
        return ", ".join(self._steps)


def launch(release: Release, slot: Slot, cache: BentoCache, *, ready_seconds: float, times: StepTimes) -> None:
    """Start the release in the slot unless it runs there, check its golden examples, and warm it up.

    Raises NotServingError, ServiceCheckError, SlotError, BentoCacheError, OSError.
    """
    bento = cache.bento_in(slot.name)
    running = slot.service.identity().bento_tag
    if bento is None or not cache.holds(slot.name, release) or running != release.bento_tag:
        bento = cache.unpack(release)
        times.end("fetch")
        slot.stop()
        cache.put(bento, slot.name)
        slot.restart()
        _wait_until_ready(release, slot, ready_seconds)
        times.end("start")
    examples = golden_examples(bento)
    for _round in range(WARM_ROUNDS):
        slot.service.check_golden_examples(examples)
    times.end("warm")


def wait_until_routed(release: Release, proxied: ServiceClient) -> None:
    """Return once the release answers through Traefik. Raises NotServingError."""
    deadline = time.monotonic() + ROUTE_SECONDS
    while proxied.identity().bento_tag != release.bento_tag:
        if time.monotonic() > deadline:
            raise NotServingError(
                f"The route was moved, and {release.bento_tag} did not answer at {proxied.url} within "
                f"{ROUTE_SECONDS:g} s. Does Traefik run (python -m movie_assets.cli proxy)?"
            )
        time.sleep(READY_POLL_SECONDS)


def _wait_until_ready(release: Release, slot: Slot, ready_seconds: float) -> None:
    deadline = time.monotonic() + ready_seconds
    while (identity := slot.service.identity()).bento_tag != release.bento_tag:
        if identity.problem or identity.bento_tag:
            raise NotServingError(
                f"The new service does not serve: {identity.problem or f'{identity.bento_tag} answers.'}"
            )
        if time.monotonic() > deadline:
            raise NotServingError(f"The new service was not ready within {ready_seconds:g} s.")
        if not slot.is_up():
            raise NotServingError("The new service died at every start.")
        time.sleep(READY_POLL_SECONDS)
