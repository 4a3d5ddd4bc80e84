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
from tests.support.service_lookalike import CARD_SECTIONS

BUNDLE = a_bundle(**CARD_SECTIONS)
SUCCESSOR = a_bundle(bias=7.0, **CARD_SECTIONS)
NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


class Stage:
    """The address of the page, and the service behind it, which can be stopped and started with another bundle."""

    def __init__(self, folder: Path, translator: LibreTranslateStandIn) -> None:
        self.page = f"http://127.0.0.1:{free_port()}"
        self.translator = translator
        self.page_process = 0
        self.service_port = free_port()
        self.bundle: ModelBundle | None = None
        self._folder = folder
        self._status = folder / "status.json"
        self._bentos: dict[str, Path] = {}
        self._service = contextlib.ExitStack()

    def start(self, bundle: ModelBundle) -> None:
        """Serve this bundle, whatever was served before."""
        self.stop()
        self.bundle = bundle
        name = bundle.id[:8]
        if name not in self._bentos:
            self._bentos[name] = unpacked(a_bento(bundle, self._folder / f"{name}-work"), self._folder / name)
        log = self._folder / f"{name}.log"
        settings = {"MOVIE_SERVING_STATUS": str(self._status)}
        self._service.enter_context(serving(self._bentos[name], log=log, port=self.service_port, **settings))

    def write_status(self, record: ReleaseRecord | None) -> None:
        """Write the release record for the service, like the release agent; None removes it."""
        self._status.unlink(missing_ok=True)
        if record is not None:
            self._status.write_text(record.model_dump_json())

    def stop(self) -> None:
        """Stop the service."""
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
            stage.stop()


@contextlib.contextmanager
def film_page(url: str, *, service: str, **settings: str) -> Iterator[int]:
    """The page at `url` of this machine over the service at another; its process id."""
    port = url.rpartition(":")[2]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_ui/app.py", "--server.port", port]
    command += ["--browser.serverAddress", "127.0.0.1", "--server.runOnSave", "false"]
    environment = stripped_environment(MOVIE_SERVICE_URL=service, **settings)
    with running(command, ready=f"{url}/_stcore/health", env=environment, cwd=PROJECT) as process:
        yield process.pid


def a_release_record(bundle: ModelBundle = BUNDLE, **fields: Any) -> ReleaseRecord:
    """The record after a rollback to this bundle and a trial; `fields` replaces some of it."""
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
    entries = [AuditEntry(at=NOW - timedelta(minutes=one.pop("minutes")), **one) for one in decisions]
    return ReleaseRecord(wanted=release, in_service=release, decisions=tuple(entries)).model_copy(update=fields)
