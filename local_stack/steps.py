"""Shows and times the steps of a command as they run. Which steps there are belongs in the command: demo.py."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

PROGRESS_SECONDS = 10.0  # without a terminal, one line of progress in this time at most


@dataclass
class Steps:
    """Prints each step and records how long it took."""

    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    finished: list[tuple[str, float]] = field(default_factory=list)
    current: str = ""
    _started: float = field(default_factory=time.monotonic)
    _reported_at: float = 0.0
    _reported: str = ""

    @classmethod
    def since(cls, unix_time: float) -> "Steps":
        """Steps of a command that started at that time."""
        return cls(_started=time.monotonic() - max(time.time() - unix_time, 0.0))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Run one step; after an error in it, `current` still names the step."""
        self.current, self._reported, self._reported_at = name, "", time.monotonic()
        begun = time.monotonic() if self.finished else self._started
        if not self.console.is_terminal:
            self.console.print(f"[{self.elapsed():6.1f} s] {name} …", markup=False)
        with self.console.status(name) as self._status:
            yield
        self.finished.append((name, time.monotonic() - begun))
        self.console.print(f"[{self.elapsed():6.1f} s] {name}: done in {self.finished[-1][1]:.1f} s", markup=False)

    def report(self, progress: str) -> None:
        """Show progress within the step: in place on a terminal, else as a line now and then."""
        if self.console.is_terminal:
            self._status.update(f"{self.current}: {progress}")
            return
        now = time.monotonic()
        if progress != self._reported and now - self._reported_at > PROGRESS_SECONDS:
            self.console.print(f"[{self.elapsed():6.1f} s]   {progress}", markup=False)
            self._reported, self._reported_at = progress, now

    def elapsed(self) -> float:
        """Seconds since the command started."""
        return time.monotonic() - self._started

    def table(self) -> Table:
        """Each step with its seconds, and the total."""
        table = Table(show_footer=True)
        table.add_column("step", footer="total")
        table.add_column("seconds", justify="right", footer=f"{self.elapsed():.1f}")
        for name, seconds in self.finished:
            table.add_row(name, f"{seconds:.1f}")
        return table
