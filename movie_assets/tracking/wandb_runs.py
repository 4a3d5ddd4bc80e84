"""Weights & Biases' client behind one method: a run is sent completely or NotSentError tells why, in bounded time.

Which runs there are, and which were sent: sync.py.
"""

import hashlib
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

VIEWER_QUERY = "query Viewer { viewer { username } }"
ANSWER_SECONDS = 15.0  # for the query of the key's owner
RUN_SECONDS = 60.0  # to begin a run, and again to end it


class NotSentError(RuntimeError):
    """W&B did not take a run; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run as W&B shows it."""

    name: str
    group: str  # the day
    job_type: str  # the family
    tags: Sequence[str]  # the source, and the kind of record
    config: Mapping[str, Any]
    metrics: Mapping[str, float]
    notes: Mapping[str, Any] = field(default_factory=dict)  # further values of the summary
    plots: Mapping[str, bytes] = field(default_factory=dict)  # PNG
    bundle_uri: str | None = None

    @property
    def id(self) -> str:
        """Derived from the content, so that a run sent twice is one run; a day that is trained again has new ids."""
        content = {**asdict(self), "plots": sorted(self.plots)}
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class WandbRuns:
    """The destination of runs: a server, or offline a directory, from which `wandb sync` sends them."""

    mode: Literal["offline", "online"]
    project: str
    base_url: str
    directory: Path  # of offline runs
    api_key: str | None = field(default=None, repr=False)
    answer_seconds: float = ANSWER_SECONDS
    run_seconds: float = RUN_SECONDS

    @contextmanager
    def open(self) -> Iterator[None]:
        """The client's process and folders, until the block ends. Raises NotSentError if the server would refuse runs.

        The client itself waits minutes for a server that refuses or does not respond.
        """
        if self.mode == "online":
            if self.api_key is None:
                raise NotSentError("W&B takes nothing without a key: set WANDB_API_KEY.")
            if reason := self._refusal(self.api_key):
                raise NotSentError(reason)
        import wandb  # takes a second

        with tempfile.TemporaryDirectory(prefix="wandb-", ignore_cleanup_errors=True) as work:
            # Otherwise it writes into the home folder and follows the WANDB_* of this process.
            os.environ.update({f"WANDB_{name}_DIR": work for name in ("CACHE", "CONFIG", "DATA")})
            os.environ |= {"WANDB_ERROR_REPORTING": "false", "WANDB_SILENT": "true"}
            try:
                yield
            finally:
                wandb.teardown()

    def send(self, run: Run) -> None:
        """Send the run, replacing what was sent under its id before. Raises NotSentError."""
        import wandb

        # The client has time-outs for the begin and the end of a run, but not for every request in between.
        watchdog = threading.Timer(3 * self.run_seconds, self._end_this_process, [run])
        watchdog.start()
        settings = wandb.Settings(
            api_key=self.api_key,
            base_url=self.base_url,
            init_timeout=self.run_seconds,
            finish_timeout=self.run_seconds,
            finish_timeout_raises=True,
            silent=True,
            console="off",
            disable_git=True,
            disable_code=True,
            x_disable_meta=True,  # nothing of this machine
            x_disable_stats=True,
            x_save_requirements=False,
        )
        try:
            with (
                tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
                wandb.init(
                    id=run.id,
                    project=self.project,
                    group=run.group,
                    job_type=run.job_type,
                    name=run.name,
                    tags=run.tags,
                    config=dict(run.config),
                    mode=self.mode,
                    dir=self.directory if self.mode == "offline" else folder,
                    reinit="create_new",
                    settings=settings,
                ) as sent,
            ):
                pictures = {}
                for name, plot in run.plots.items():
                    file = Path(folder, f"{name}.png")
                    file.write_bytes(plot)
                    pictures[f"plots/{name}"] = wandb.Image(str(file))
                sent.log({**run.metrics, **pictures})
                sent.summary.update(dict(run.notes))
                if run.bundle_uri is not None:
                    bundle = wandb.Artifact(
                        f"bundle-{run.config['source']}", type="model", metadata={"id": run.config["champion"]}
                    )
                    bundle.add_reference(run.bundle_uri, name="bundle", checksum=False)  # nothing is uploaded
                    sent.log_artifact(bundle, aliases=[run.group])
        except Exception as error:  # the client's own and those of its parsers
            first_line = (str(error).splitlines() or [type(error).__name__])[0]
            raise NotSentError(f"W&B at {self.base_url} did not take {run.name}: {first_line}.") from error
        finally:
            watchdog.cancel()

    def _end_this_process(self, run: Run) -> None:
        seconds = 3 * self.run_seconds
        print(f"Error: W&B at {self.base_url} did not take {run.name} within {seconds:.0f} s.", file=sys.stderr)  # noqa: T201
        sys.stderr.flush()
        os._exit(1)  # nothing else ends a thread that is waiting in the client

    def _refusal(self, api_key: str) -> str | None:
        """Why the server would take nothing now, from one query."""
        import httpx

        try:
            answer = httpx.post(
                f"{self.base_url.rstrip('/')}/graphql",
                json={"query": VIEWER_QUERY},
                auth=("api", api_key),
                timeout=self.answer_seconds,
            )
            if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
                return f"W&B at {self.base_url} refused the key in WANDB_API_KEY."
            answer.raise_for_status()
            viewer = answer.json()["data"]["viewer"]
        except httpx.TimeoutException:
            return f"W&B at {self.base_url} did not answer within {self.answer_seconds:.0f} s."
        except httpx.HTTPStatusError as error:
            return f"W&B at {self.base_url} answered with HTTP {error.response.status_code}."
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"W&B at {self.base_url} cannot be reached ({error}); is WANDB_BASE_URL right?"
        except (ValueError, LookupError, TypeError):
            return f"The server at {self.base_url} is not W&B; is WANDB_BASE_URL right?"
        return None if viewer else f"W&B at {self.base_url} does not know the key in WANDB_API_KEY."
