"""MemoryBucket: the bucket's promises without a server, for rules that are about what is written and not how."""

from movie_assets.storage.bucket import Bucket, ConflictError, MissingObjectError, Stored, StoreUnreachableError


class MemoryBucket(Bucket):
    """Objects by key in memory, with conditional writes."""

    def __init__(self) -> None:
        super().__init__(client=None, name="memory")
        self.writes: list[str] = []  # the keys, in the order they were written
        self.meanwhile: list[tuple[str, bytes]] = []  # written by somebody else, one just before each of our writes
        self.is_away = False
        self._objects: dict[str, Stored] = {}

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
            raise ConflictError(f"{key!r} was changed by somebody else meanwhile.")
        self._write(key, content)

    def exists(self, key: str) -> bool:
        self._answer()
        return key in self._objects

    def delete(self, key: str) -> None:
        self._answer()
        self._objects.pop(key, None)

    def keys(self, prefix: str) -> list[str]:
        self._answer()
        return sorted(key for key in self._objects if key.startswith(prefix))

    def _write(self, key: str, content: bytes) -> None:
        self.writes.append(key)
        self._objects[key] = Stored(content=content, etag=str(len(self.writes)))

    def _answer(self) -> None:
        if self.is_away:
            raise StoreUnreachableError("The S3 server of memory did not answer.")
