"""A look-alike of Weights & Biases on loopback: as much of its API as an upload of finished runs needs.

It answers over real HTTP, stores what each run sends, and counts requests. It checks the key and nothing else.
"""

import base64
import json
import socket
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote

from tests.support.lookalike_server import LookalikeServer, listening

API_KEY = "0123456789abcdef" * 2 + "01234567"
TEAM = {"id": "team", "name": "a-team"}
VIEWER = {"id": "viewer", "entity": TEAM["name"], "username": "a-person", "flags": "{}", "teams": {"edges": []}}


@dataclass
class LookalikeRun:
    """What the server was told of one run."""

    id: str
    project: str | None = None
    group: str | None = None
    job_type: str | None = None
    name: str | None = None
    tags: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    history: dict[int, str] = field(default_factory=dict)  # by their place in the file, as W&B keeps them
    files: dict[str, bytes] = field(default_factory=dict)
    artifacts: list[str] = field(default_factory=list)  # ids
    times_sent: int = 0


class WandbLookalike:
    """What the server answers from, and what it was told."""

    def __init__(self, api_key: str) -> None:
        self.api_key = api_key
        self.url = ""  # known once the server runs
        self.runs: dict[str, LookalikeRun] = {}
        self.artifacts: dict[str, dict[str, Any]] = {}  # id -> name, type, aliases, metadata, manifest, committed
        self.asked: Counter[str] = Counter()  # operations, and paths that are not known here
        self.silent_after: int | None = None  # runs sent to their end, from where on only the key is answered
        self.silent_to: str | None = None  # what a question holds that is never answered
        self.stopping = threading.Event()
        self._lock = threading.Lock()

    def group(self, name: str) -> list[LookalikeRun]:
        """The runs that a filter by this group finds."""
        return [run for run in self.runs.values() if run.group == name]

    def sent(self) -> int:
        """How many runs were sent to their end."""
        return sum(1 for run in self.runs.values() if run.times_sent)

    def answer(self, method: str, path: str, authorization: str | None, body: bytes) -> tuple[int, Any]:
        """Status and body."""
        if path.startswith("/upload/"):  # addresses of a store, which take no key
            owner, name = unquote(path).removeprefix("/upload/").split("/", 1)
            return self._upload(owner, name, body)
        if authorization != "Basic " + base64.b64encode(f"api:{self.api_key}".encode()).decode():
            return 401, {"errors": [{"message": "user is not logged in"}]}
        asked = json.loads(body) if path == "/graphql" else {}
        is_silent = self.silent_after is not None and self.sent() >= self.silent_after
        if self.silent_to is not None and self.silent_to in asked.get("query", ""):
            self.stopping.wait()
        if is_silent and "viewer" not in asked.get("query", ""):
            self.stopping.wait()
        with self._lock:
            if path == "/graphql":
                return 200, {"data": self._graphql(asked["query"], asked.get("variables") or {})}
            if path.endswith("/file_stream"):
                return 200, self._stream(path.split("/")[-2], json.loads(body))
            self.asked[f"{method} {path}"] += 1
            return 404, {"errors": [{"message": f"not known here: {method} {path}"}]}

    def _graphql(self, query: str, said: dict[str, Any]) -> dict[str, Any]:
        operations = {
            "upsertBucket": self._upsert_run,
            "createRunFiles": self._create_files,
            "createArtifactManifest": self._create_manifest,
            "createArtifact": self._create_artifact,
            "commitArtifact": self._commit_artifact,
            "viewer": lambda _: VIEWER,
            "serverInfo": lambda _: {"features": []},
            "project": lambda _: None,  # asked for an artifact's type: there is none of that name yet
        }
        for operation, answer in operations.items():
            if f"{operation}(" in query or f"{operation} {{" in query:
                self.asked[operation] += 1
                return {operation: answer(said)}
        self.asked[query] += 1
        return {}

    def _upsert_run(self, said: dict[str, Any]) -> dict[str, Any]:
        run = self.runs.setdefault(said["name"], LookalikeRun(said["name"]))
        run.group = said["groupName"] or run.group
        run.job_type = said["jobType"] or run.job_type
        run.name = said["displayName"] or run.name
        run.tags = said["tags"] or run.tags
        run.project = said["project"] or run.project
        run.config |= {name: one["value"] for name, one in json.loads(said["config"] or "{}").items()}
        project = {"id": "project", "name": run.project, "entity": TEAM}
        bucket = {"id": run.id, "name": run.id, "displayName": run.name, "project": project, "historyLineCount": 0}
        return {"bucket": bucket, "inserted": run.times_sent == 0}

    def _create_files(self, said: dict[str, Any]) -> dict[str, Any]:
        files = [{"name": name, "uploadUrl": f"{self.url}/upload/{said['run']}/{name}"} for name in said["files"]]
        return {"runID": said["run"], "uploadHeaders": [], "files": files}

    def _create_artifact(self, said: dict[str, Any]) -> dict[str, Any]:
        asked = said["input"]
        number = f"artifact-{len(self.artifacts)}"
        self.artifacts[number] = {
            "name": asked["artifactCollectionName"],
            "type": asked["artifactTypeName"],
            "aliases": [one["alias"] for one in asked["aliases"]],
            "metadata": json.loads(asked["metadata"]),
            "committed": False,
        }
        self.runs[asked["runName"]].artifacts.append(number)
        return {"artifact": {"id": number, "state": "PENDING", "artifactSequence": {"id": "s", "latestArtifact": None}}}

    def _create_manifest(self, said: dict[str, Any]) -> dict[str, Any]:
        address = f"{self.url}/upload/artifact/{said['artifactID']}"
        file = {"id": "file", "name": said["name"], "displayName": said["name"]}
        return {"artifactManifest": {"id": "manifest", "file": file | {"uploadUrl": address, "uploadHeaders": []}}}

    def _commit_artifact(self, said: dict[str, Any]) -> dict[str, Any]:
        self.artifacts[said["artifactID"]]["committed"] = True
        return {"artifact": {"id": said["artifactID"], "digest": "a-digest"}}

    def _upload(self, owner: str, name: str, body: bytes) -> tuple[int, Any]:
        with self._lock:
            if owner == "artifact":
                self.artifacts[name]["manifest"] = json.loads(body)
            else:
                self.runs[owner].files[name] = body
        return 200, {}

    def _stream(self, run_id: str, said: dict[str, Any]) -> dict[str, Any]:
        run = self.runs[run_id]
        for line in said.get("files", {}).get("wandb-summary.json", {}).get("content", []):
            run.summary |= json.loads(line)
        history = said.get("files", {}).get("wandb-history.jsonl", {"offset": 0, "content": []})
        run.history |= dict(enumerate(history["content"], start=history["offset"]))
        run.times_sent += bool(said.get("complete"))
        return {}


@contextmanager
def running_wandb(api_key: str = API_KEY) -> Iterator[WandbLookalike]:
    """The look-alike, listening on a free port of 127.0.0.1 until the block ends."""
    lookalike = WandbLookalike(api_key)
    with listening(lookalike, _Handler) as address:
        lookalike.url = address
        yield lookalike


@contextmanager
def silent_server() -> Iterator[str]:
    """The address of a port of 127.0.0.1 that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as port:
        yield f"http://127.0.0.1:{port.getsockname()[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: LookalikeServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet; in two, the second waits 40 ms for the first to be confirmed

    def do_POST(self) -> None:  # the name the library calls
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = zlib.decompress(body, 31)
        answered = self.server.lookalike.answer(self.command, self.path, self.headers.get("Authorization"), body)
        content = json.dumps(answered[1]).encode()
        self.send_response(answered[0])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_GET = do_POST  # noqa: N815 - as above

    def log_message(self, *_: object) -> None:
        """Keep quiet; `WandbLookalike.asked` is the record."""
