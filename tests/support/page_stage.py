"""A page that can be looked at: over a served Bento that can be ended and replaced, with a translator's stand-in."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from movie_assets.prediction.bundle import ModelBundle
from tests.support.bentos import PROJECT, a_bento, a_bundle, unpacked
from tests.support.libretranslate import LibreTranslateStandIn, libretranslate_stand_in
from tests.support.served import served
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


class Stage:
    """Where the page is, and the service behind it, which can be ended and started with another bundle."""

    def __init__(self, folder: Path, translator: LibreTranslateStandIn) -> None:
        self.page = f"http://127.0.0.1:{free_port()}"
        self.translator = translator
        self.page_process = 0
        self.service_port = free_port()
        self._folder = folder
        self._bentos: dict[str, Path] = {}
        self._service = contextlib.ExitStack()

    def start(self, bundle: ModelBundle) -> None:
        """Serve this bundle, whatever was served before."""
        self.end()
        name = bundle.id[:8]
        if name not in self._bentos:
            self._bentos[name] = unpacked(a_bento(bundle, self._folder / f"{name}-work"), self._folder / name)
        log = self._folder / f"{name}.log"
        self._service.enter_context(served(self._bentos[name], log=log, port=self.service_port))

    def end(self) -> None:
        """End the service; nothing answers at its address then."""
        self._service.close()


@contextlib.contextmanager
def film_stage(folder: Path, bundle: ModelBundle = BUNDLE) -> Iterator[Stage]:
    """The page over a served bundle."""
    with libretranslate_stand_in() as translator:
        stage = Stage(folder, translator)
        environment = {
            "MOVIE_SERVICE_URL": f"http://127.0.0.1:{stage.service_port}",
            "MOVIE_LIBRETRANSLATE_URL": translator.url,
            "MOVIE_TRANSLATION_TIMEOUT_SECONDS": "0.5",
        }
        port = stage.page.rpartition(":")[2]
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_ui/app.py", "--server.port", port]
        command += ["--browser.serverAddress", "127.0.0.1", "--server.runOnSave", "false"]
        try:
            stage.start(bundle)
            with running(
                command, ready=f"{stage.page}/_stcore/health", env=stripped_environment(**environment), cwd=PROJECT
            ) as process:
                stage.page_process = process.pid
                yield stage
        finally:
            stage.end()
