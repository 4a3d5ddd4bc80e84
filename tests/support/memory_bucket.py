"""MemoryBucket: a bucket without a server, for tests of what is written rather than of S3."""

from datetime import UTC, datetime

from movie_assets.storage.bucket import (
    Bucket,
    ConflictError,
    MissingObjectError,
    Stored,
    StoreUnreachableError,
    Version,
)


class MemoryBucket(Bucket):
    """Objects by key in memory, with conditional writes and every version of them."""

    def __init__(self) -> None:
        super().__init__(client=None, name="memory")
        self.writes: list[str] = []  # the keys, in the order they were written
        self.meanwhile: list[tuple[str, bytes]] = []  # written by somebody else, one just before each of our writes
        self.is_away = False
        self.now = datetime(2026, 1, 1, tzinfo=UTC)  # when the next writing happens
        self._objects: dict[str, Stored] = {}
        self._numbered = 0
        self._history: dict[str, list[tuple[str, datetime, Stored | None]]] = {}  # oldest first; None: a deletion

    @property
    def address(self) -> str:
        return "memory"

    def read(self, key: str) -> Stored:
        self._answer()
        if key not in self._objects:
            raise MissingObjectError(f"There is no {key!r} in memory.")
        return self._objects[key]

    def put(self, key: str, content: bytes, *, replacing: Stored | None = None, new: bool = False) -> None:
        self._answer()
        if self.meanwhile:
            self._write(*self.meanwhile.pop())
        there = self._objects.get(key)
        if (new and there) or (replacing and (there is None or there.etag != replacing.etag)):
            raise ConflictError(f"{key!r} was changed by another process meanwhile.")
        self._write(key, content)

    def exists(self, key: str) -> bool:
        self._answer()
        return key in self._objects

    def delete(self, key: str) -> None:
        self._answer()
        self._objects.pop(key, None)
        self._remember(key, None)

    def keys(self, prefix: str) -> list[str]:
        self._answer()
        return sorted(key for key in self._objects if key.startswith(prefix))

    def versions(self, prefix: str) -> list[Version]:
        self._answer()
        return [
            Version(key, number, written_at, is_newest=place == 0, is_marker=stored is None)
            for key in sorted(self._history)
            if key.startswith(prefix)
            for place, (number, written_at, stored) in enumerate(reversed(self._history[key]))
        ]

    def get_version(self, version: Version) -> bytes:
        self._answer()
        for number, _written_at, stored in self._history.get(version.key, []):
            if number == version.id and stored is not None:
                return stored.content
        raise MissingObjectError(f"There is no version {version.id} of {version.key!r} in memory.")

    def delete_version(self, version: Version) -> None:
        self._answer()
        self._history[version.key] = [one for one in self._history[version.key] if one[0] != version.id]
        self._objects.pop(version.key, None)
        if self._history[version.key] and (newest := self._history[version.key][-1][2]):
            self._objects[version.key] = newest

    def _write(self, key: str, content: bytes) -> None:
        self.writes.append(key)
        self._objects[key] = Stored(content=content, etag=str(len(self.writes)))
        self._remember(key, self._objects[key])

    def _remember(self, key: str, stored: Stored | None) -> None:
        versions = self._history.setdefault(key, [])
        self._numbered += 1
        versions.append((f"v{self._numbered}", self.now, stored))

    def _answer(self) -> None:
        if self.is_away:
            raise StoreUnreachableError("The S3 server of memory did not answer.")
