"""The page over a served Bento that can be stopped and replaced, with a stand-in translator."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.release.record import AuditEntry, Release, ReleaseRecord
from tests.support.bentos import PROJECT, a_bento, a_bundle, serving, unpacked
from tests.support.libretranslate import LibreTranslateStandIn, libretranslate_stand_in
from tests.support.servers import free_port, running, stripped_environment

CARD = {
    "typical_error": 0.48,
    "table": [{"predictor": "mean", "mae_6_votes": 0.69}, {"predictor": "mean_per_genre", "mae_6_votes": 0.66}],
    "errors_by_genre": [
        {"genre": "Drama", "films": 403, "mae": 0.43, "rmse": 0.55, "bias": 0.0},
        {"genre": "Horror", "films": 107, "mae": 0.51, "rmse": 0.65, "bias": -0.2},
    ],
    "features": [
        {"name": "runtime", "known_before_release_because": "the cut is finished", "importance": 0.11},
        {"name": "main_genre", "known_before_release_because": "it is announced", "importance": 0.19},
    ],
    "training_ratings": {"edges": [4.0, 5.0, 6.0, 7.0, 8.0], "films": [10, 30, 40, 20]},
    "holdout_sample": [(6.4, 6.9), (5.9, 5.1), (7.0, 7.2)],
}
BUNDLE = a_bundle(**CARD)
SUCCESSOR = a_bundle(bias=7.0, **CARD)
NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


class Stage:
    """Where the page is, and the service behind it, which can be ended and started with another bundle."""

    def __init__(self, folder: Path, translator: LibreTranslateStandIn) -> None:
        self.page = f"http://127.0.0.1:{free_port()}"
        self.translator = translator
        self.page_process = 0
        self.service_port = free_port()
        self.bundle: ModelBundle | None = None  # that is served
        self._folder = folder
        self._status = folder / "status.json"
        self._bentos: dict[str, Path] = {}
        self._service = contextlib.ExitStack()

    def start(self, bundle: ModelBundle) -> None:
        """Serve this bundle, whatever was served before."""
        self.end()
        self.bundle = bundle
        name = bundle.id[:8]
        if name not in self._bentos:
            self._bentos[name] = unpacked(a_bento(bundle, self._folder / f"{name}-work"), self._folder / name)
        log = self._folder / f"{name}.log"
        settings = {"MOVIE_SERVING_STATUS": str(self._status)}
        self._service.enter_context(serving(self._bentos[name], log=log, port=self.service_port, **settings))

    def tell(self, record: ReleaseRecord | None) -> None:
        """Have the service know of the release record, as from the agent of its host; None: nothing any more."""
        self._status.unlink(missing_ok=True)
        if record is not None:
            self._status.write_text(record.model_dump_json())

    def end(self) -> None:
        """End the service; nothing answers at its address then."""
        self._service.close()


@contextlib.contextmanager
def film_stage(folder: Path, bundle: ModelBundle = BUNDLE) -> Iterator[Stage]:
    """The page over a served bundle."""
    with libretranslate_stand_in() as translator:
        stage = Stage(folder, translator)
        environment = {
            "MOVIE_LIBRETRANSLATE_URL": translator.url,
            "MOVIE_TRANSLATION_TIMEOUT_SECONDS": "0.5",
        }
        try:
            stage.start(bundle)
            with film_page(stage.page, service=f"http://127.0.0.1:{stage.service_port}", **environment) as process:
                stage.page_process = process
                yield stage
        finally:
            stage.end()


@contextlib.contextmanager
def film_page(url: str, *, service: str, **settings: str) -> Iterator[int]:
    """The page at `url` of this machine over the service at another; its process id."""
    port = url.rpartition(":")[2]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_ui/app.py", "--server.port", port]
    command += ["--browser.serverAddress", "127.0.0.1", "--server.runOnSave", "false"]
    environment = stripped_environment(MOVIE_SERVICE_URL=service, **settings)
    with running(command, ready=f"{url}/_stcore/health", env=environment, cwd=PROJECT) as process:
        yield process.pid


def a_release_record(bundle: ModelBundle = BUNDLE, **said: Any) -> ReleaseRecord:
    """What an agent knows after a rollback to this bundle and a trial; `said` replaces parts of it."""
    release = Release(
        bundle_id=bundle.id,
        bento_tag=f"movie_rating:{bundle.id[:12]}",
        bento_key="",
        bento_sha256="",
        source="synthetic",
        day="2026-01-13",
        requested_at=NOW,
    )
    tried = {"bundle_id": SUCCESSOR.id, "bento_tag": f"movie_rating:{SUCCESSOR.id[:12]}"}
    mine = {"bundle_id": bundle.id, "bento_tag": release.bento_tag}
    decisions = [
        {"kind": "rollback", "by": "dana", "why": "it rates every comedy 9", "minutes": 3, **mine},
        {"kind": "taken back", "by": "the release agent of stage", "minutes": 40, **tried}
        | {"why": "its ratings are +1.02 rating points (± 0.06) from the old one's, more than 0.5 allowed."},
        {"kind": "release", "by": "champion_sensor", "why": "promoted on 2026-01-14", "minutes": 51, **tried},
        {"kind": "in service", "by": "the release agent of stage", "minutes": 1_440, **mine}
        | {"why": "in service after 9.2 s: pull 0.1 s, start 6.8 s, warm 1.9 s, switch 0.4 s."},
    ]
    told = [AuditEntry(at=NOW - timedelta(minutes=one.pop("minutes")), **one) for one in decisions]
    return ReleaseRecord(wanted=release, in_service=release, decisions=tuple(told)).model_copy(update=said)
