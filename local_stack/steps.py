"""Steps: the steps of a long journey, shown and timed as they happen. What the steps are: demo.py."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

SAY_AGAIN_SECONDS = 10.0  # off a terminal: at most one line of progress in this time


@dataclass
class Steps:
    """Shows one leg after the other; remembers how long each took."""

    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    taken: list[tuple[str, float]] = field(default_factory=list)
    current: str = ""
    _begun: float = field(default_factory=time.monotonic)
    _said_at: float = 0.0
    _said: str = ""

    @classmethod
    def since(cls, unix_time: float) -> "Steps":
        """Steps of a journey that began at that time of the clock."""
        return cls(_begun=time.monotonic() - max(time.time() - unix_time, 0.0))

    @contextmanager
    def leg(self, name: str) -> Iterator[None]:
        """One step of the journey; an error inside it passes through, and `current` still names the step."""
        self.current, self._said, self._said_at = name, "", time.monotonic()
        begun = time.monotonic() if self.taken else self._begun
        if not self.console.is_terminal:
            self.console.print(f"[{self.elapsed():6.1f} s] {name} …", markup=False)
        with self.console.status(name) as self._status:
            yield
        self.taken.append((name, time.monotonic() - begun))
        self.console.print(f"[{self.elapsed():6.1f} s] {name}: done in {self.taken[-1][1]:.1f} s", markup=False)

    def say(self, progress: str) -> None:
        """How far the current leg is: on the line of the terminal, elsewhere as a line now and then."""
        if self.console.is_terminal:
            self._status.update(f"{self.current}: {progress}")
            return
        now = time.monotonic()
        if progress != self._said and now - self._said_at > SAY_AGAIN_SECONDS:
            self.console.print(f"[{self.elapsed():6.1f} s]   {progress}", markup=False)
            self._said, self._said_at = progress, now

    def elapsed(self) -> float:
        """Seconds since the journey began."""
        return time.monotonic() - self._begun

    def table(self) -> Table:
        """Each leg with its seconds, and the total."""
        table = Table(show_footer=True)
        table.add_column("leg", footer="total")
        table.add_column("seconds", justify="right", footer=f"{self.elapsed():.1f}")
        for name, seconds in self.taken:
            table.add_row(name, f"{seconds:.1f}")
        return table
