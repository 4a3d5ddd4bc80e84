"""Weights & Biases' client, behind one method: a run is sent whole, or NotSentError says why not, in bounded time.

What is sent: runs.py. What was sent already: sync.py.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from movie_assets.tracking.runs import Run

WHO_AM_I = "query Viewer { viewer { username } }"
ANSWER_SECONDS = 15.0  # to the question whose key it is
RUN_SECONDS = 60.0  # to begin a run, and again to end it


class NotSentError(RuntimeError):
    """W&B did not take a run; the message says why."""


@dataclass(frozen=True, kw_only=True)
class WandbRuns:
    """Where runs go: to a server, or offline into a directory, from where `wandb sync` sends them."""

    mode: Literal["offline", "online"]
    project: str
    base_url: str
    directory: Path  # of offline runs
    api_key: str | None = field(default=None, repr=False)
    answer_seconds: float = ANSWER_SECONDS
    run_seconds: float = RUN_SECONDS

    @contextmanager
    def open(self) -> Iterator[None]:
        """The client's process and its folders, until the block ends. Raises NotSentError where nobody would answer."""
        if self.mode == "online":
            if self.api_key is None:
                raise NotSentError("W&B takes nothing without a key: set WANDB_API_KEY.")
            if reason := self._reason_not_to(self.api_key):
                raise NotSentError(reason)
        import wandb  # a second: paid by who sends

        with tempfile.TemporaryDirectory(prefix="wandb-", ignore_cleanup_errors=True) as work:
            # Else it writes into the home folder, and is led by the WANDB_* of whoever started this process.
            os.environ.update({f"WANDB_{name}_DIR": work for name in ("CACHE", "CONFIG", "DATA")})
            os.environ |= {"WANDB_ERROR_REPORTING": "false", "WANDB_SILENT": "true"}
            try:
                yield
            finally:
                wandb.teardown()

    def send(self, run: Run) -> None:
        """Send the run under its id, in place of what was sent of it before. Raises NotSentError."""
        import wandb

        # The client bounds how long it begins and ends a run, and not all that it asks in between.
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
        except Exception as error:  # whatever the client raises: it parses what the server says, too
            first_line = (str(error).splitlines() or [type(error).__name__])[0]
            raise NotSentError(f"W&B at {self.base_url} did not take {run.name}: {first_line}.") from error
        finally:
            watchdog.cancel()

    def _end_this_process(self, run: Run) -> None:
        seconds = 3 * self.run_seconds
        print(f"Error: W&B at {self.base_url} did not take {run.name} within {seconds:.0f} s.", file=sys.stderr)  # noqa: T201
        sys.stderr.flush()
        os._exit(1)  # nothing else ends a thread that waits in the client

    def _reason_not_to(self, api_key: str) -> str | None:
        """Why W&B would take nothing now: its client waits minutes for what this question tells at once."""
        import httpx

        try:
            answer = httpx.post(
                f"{self.base_url.rstrip('/')}/graphql",
                json={"query": WHO_AM_I},
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
            return f"What answers at {self.base_url} is not W&B; is WANDB_BASE_URL right?"
        return None if viewer else f"W&B at {self.base_url} knows nobody by the key in WANDB_API_KEY."
