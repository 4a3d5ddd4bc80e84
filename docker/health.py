"""Health checks of the containers: `python health.py http URL | code-location ADDRESS | serving`.

Exits with 0 when the container is healthy, and otherwise with a sentence that `docker inspect` shows.
The conditions of health belong here; intervals and timeouts in compose.yaml.
"""

import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

ANSWER_SECONDS = 5
SUPERVISOR_URL = "unix:///tmp/supervisor.sock"
ROUTE = Path("/var/lib/movies/serving/route/route.yml")
SERVICE_READY = "http://127.0.0.1:3000/readyz"


def http(url: str) -> None:
    """The address answers with success; urllib raises otherwise."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # not through a proxy of the environment
    direct.open(url, timeout=ANSWER_SECONDS).close()


def code_location(address: str) -> None:
    """Dagster's gRPC server reports that it serves; Dagster's own command would take seconds of processor time."""
    # Only the Dagster image has these; they ship no types.
    import grpc  # type: ignore[import-untyped]
    from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped]

    with grpc.insecure_channel(address) as channel:
        request = health_pb2.HealthCheckRequest(service="DagsterApi")
        answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=ANSWER_SECONDS)
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        raise SystemExit(f"The code location at {address} answers, and does not serve: status {answer.status}.")


def serving() -> None:
    """The release agent runs and, once a slot gets requests, the service is ready."""
    from movie_assets.serving_host.supervisord import call  # in the serving image alone

    agent = call(SUPERVISOR_URL, "getProcessInfo", "agent")
    if agent["statename"] != "RUNNING":
        raise SystemExit(f"The release agent does not run: {agent['statename']}, {agent['description']}.")
    if '"service": "none"' not in ROUTE.read_text():
        http(SERVICE_READY)


def main(check: str, *arguments: str) -> None:
    """Run the named check."""
    checks: dict[str, Callable[..., None]] = {"http": http, "code-location": code_location, "serving": serving}
    checks[check](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
