"""The program that sends recorded runs to W&B: an order as JSON on its input, one sentence on its output if it cannot.

First it asks W&B who the key belongs to, which tells a refused key, a host that is away and one that is silent apart
within seconds; then it becomes `wandb sync`. Whoever starts it ends it when it takes too long: sending.py.

The key comes by the input, so that no list of processes shows it. The environment is the caller's, for proxies and
certificates, without any WANDB_* of its own.
"""

import json
import os
import sys
from collections.abc import Sequence
from typing import TypedDict

WHO_AM_I = "query Viewer { viewer { username } }"
CANNOT = 3  # the exit code when the output says why


class Order(TypedDict):
    """What is sent where."""

    base_url: str
    api_key: str
    folders: Sequence[str]  # each holds folders of runs; what has the mark of being sent is left out
    workdir: str  # for W&B's own logs and caches
    answer_seconds: float
    at_once: int


def trouble(base_url: str, api_key: str, *, answer_seconds: float) -> str | None:
    """Why W&B would take nothing now, as a sentence; None if it would."""
    import httpx  # the caller has the sentence to read and needs none of this

    try:
        answer = httpx.post(
            f"{base_url.rstrip('/')}/graphql",
            json={"query": WHO_AM_I},
            auth=("api", api_key),
            timeout=answer_seconds,
        )
        if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            return f"W&B at {base_url} refused the key in WANDB_API_KEY."
        answer.raise_for_status()
        viewer = answer.json()["data"]["viewer"]
    except httpx.TimeoutException:
        return f"W&B at {base_url} did not answer within {answer_seconds:.0f} s."
    except httpx.HTTPStatusError as error:
        return f"W&B at {base_url} answered with HTTP {error.response.status_code}."
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"W&B at {base_url} cannot be reached ({error}); is WANDB_BASE_URL right?"
    except (ValueError, LookupError, TypeError):
        return f"What answers at {base_url} is not W&B; is WANDB_BASE_URL right?"
    return None if viewer else f"W&B at {base_url} knows nobody by the key in WANDB_API_KEY."


def main() -> None:
    """Ask, then become `wandb sync`."""
    order: Order = json.loads(sys.stdin.read())
    found = trouble(order["base_url"], order["api_key"], answer_seconds=order["answer_seconds"])
    if found is not None:
        sys.stdout.write(found)
        sys.exit(CANNOT)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    environment = {
        **inherited,
        "WANDB_API_KEY": order["api_key"],
        "WANDB_BASE_URL": order["base_url"],
        "WANDB_ERROR_REPORTING": "false",
        **{f"WANDB_{name}": order["workdir"] for name in ("DIR", "CACHE_DIR", "CONFIG_DIR", "DATA_DIR")},
    }
    command = [sys.executable, "-P", "-m", "wandb", "sync", "-n", str(order["at_once"]), *order["folders"]]
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter, no shell


if __name__ == "__main__":
    main()
