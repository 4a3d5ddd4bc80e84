"""A client for the few GraphQL queries that the stack needs of Dagster. A new query goes here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from local_stack.errors import StackError
from movie_assets.storage.folders import ranges_of

TIMEOUT_SECONDS = 60
MAX_FAILURES = 3
MAX_RUNS = 500
PLATFORM_ERRORS = (
    "movie_assets.",
    "dagster._core.definitions.events.Failure",
)  # the platform's own errors
DAILY_ASSETS = ["raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model"]

LOCATIONS = """query { workspaceOrError { __typename ... on PythonError { message } ... on Workspace { locationEntries {
  name loadStatus locationOrLoadError { __typename ... on PythonError { message } } } } } }"""
DAEMONS = "query { instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"
LAUNCH = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on Error { message } } }"""
BACKFILL = """query($id: String!) { partitionBackfillOrError(backfillId: $id) {
  __typename ... on PartitionBackfill { status error { message } } ... on Error { message } } }"""
CALENDAR = """query($keys: [AssetKeyInput!]) { assetNodes(assetKeys: $keys) { assetKey { path } partitionKeys
  assetPartitionStatuses { ... on TimePartitionStatuses { ranges { status startKey endKey } } } } }"""
MADE = """query($filter: RunsFilter, $limit: Int) { runsOrError(filter: $filter, limit: $limit) { __typename
  ... on Runs { results { assetMaterializations { assetKey { path } partition } } } ... on Error { message } } }"""
RUNS = """query($filter: RunsFilter) { runsOrError(filter: $filter, limit: 50) {
  __typename ... on Runs { results { runId jobName status tags { key value } } } ... on Error { message } } }"""
EVENTS = """query($id: ID!, $cursor: String) { runOrError(runId: $id) { __typename ... on Run {
  eventConnection(afterCursor: $cursor, limit: 1000) { cursor hasMore events {
    __typename ... on MessageEvent { message stepKey }
    ... on ErrorEvent { error { message errorChain { error { message } } } } } } } } }"""
NEWEST = """query($key: AssetKeyInput!, $days: [String!]) { assetNodeOrError(assetKey: $key) {
  __typename ... on AssetNode { assetMaterializations(partitions: $days, limit: 1) {
    metadataEntries { label ... on TextMetadataEntry { text } ... on MarkdownMetadataEntry { mdStr } } } } } }"""


@dataclass(frozen=True)
class RunSummary:
    """One run, in Dagster's own terms."""

    run_id: str
    job: str
    status: str
    will_retry: bool  # Dagster will start it again


class DagsterApi:
    """The GraphQL API of the webserver at `url`. Each method raises StackError when Dagster does not answer."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def definitions_are_loaded(self) -> bool:
        """Whether every code location is loaded; raises StackError with the reason where one fails to load."""
        workspace = self._query(LOCATIONS)["workspaceOrError"]
        if workspace["__typename"] == "PythonError":
            raise StackError(f"Dagster cannot read workspace.yaml: {workspace['message']}")
        for entry in workspace["locationEntries"]:
            loaded = entry["locationOrLoadError"]
            if loaded and loaded["__typename"] == "PythonError":
                raise StackError(f"The definitions in {entry['name']} do not load: {loaded['message'].strip()}")
        return all(entry["loadStatus"] == "LOADED" for entry in workspace["locationEntries"])

    def unhealthy_daemons(self) -> list[str]:
        """The types of the required daemons that are not healthy."""
        daemons = self._query(DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]
        return [daemon["daemonType"] for daemon in daemons if daemon["required"] and not daemon["healthy"]]

    def launch(self, days: Mapping[str, Sequence[str]]) -> str:
        """Launch a backfill of exactly these days of each asset, in order; returns its id."""
        # days per asset: Dagster would spread a plain list of days along the graph's partition mappings
        selected = [
            {
                "assetKey": {"path": [asset]},
                "partitions": {"ranges": [{"start": first, "end": last} for first, last in ranges_of(chosen)]},
            }
            for asset, chosen in days.items()
        ]
        launched = self._query(LAUNCH, params={"partitionsByAssets": selected})["launchPartitionBackfill"]
        if launched["__typename"] != "LaunchBackfillSuccess":
            raise StackError(f"Dagster refused the backfill: {_message(launched)}")
        return str(launched["backfillId"])

    def calendar(self, assets: Sequence[str]) -> dict[str, dict[str, bool]]:
        """Asset -> its days in order -> whether the day is materialized."""
        found = {}
        for node in self._query(CALENDAR, keys=[{"path": [asset]} for asset in assets])["assetNodes"]:
            ranges = (node["assetPartitionStatuses"] or {}).get("ranges", [])
            done = [(one["startKey"], one["endKey"]) for one in ranges if one["status"] == "MATERIALIZED"]
            found[node["assetKey"]["path"][-1]] = {
                day: any(first <= day <= last for first, last in done) for day in node["partitionKeys"]
            }
        if unknown := [asset for asset in assets if not found.get(asset)]:
            raise StackError(f"Dagster has no daily asset called {', '.join(unknown)}.")
        return {asset: found[asset] for asset in assets}

    def materialized_days(self, backfill_id: str) -> dict[str, set[str]]:
        """Asset -> the days that runs of this backfill have materialized so far."""
        run_filter = {"tags": [{"key": "dagster/backfill", "value": backfill_id}]}
        answer = self._query(MADE, filter=run_filter, limit=MAX_RUNS)["runsOrError"]
        if answer["__typename"] != "Runs":
            raise StackError(f"Dagster did not list the runs of {backfill_id}: {_message(answer)}")
        made: dict[str, set[str]] = {}
        for event in (event for run in answer["results"] for event in run["assetMaterializations"]):
            made.setdefault(event["assetKey"]["path"][-1], set()).add(event["partition"])
        return made

    def backfill_status(self, backfill_id: str) -> str:
        """The status of the backfill, in Dagster's own terms; raises StackError if it failed as a whole."""
        backfill = self._query(BACKFILL, id=backfill_id)["partitionBackfillOrError"]
        if backfill.get("error") or backfill["__typename"] != "PartitionBackfill":
            raise StackError(f"The backfill {backfill_id} failed: {_message(backfill.get('error') or backfill)}")
        return str(backfill["status"])

    def runs(self, *statuses: str, job: str | None = None, backfill_id: str | None = None) -> list[RunSummary]:
        """The newest runs with these statuses (without any: all runs), newest first."""
        run_filter: dict[str, Any] = {"statuses": list(statuses)} if statuses else {}
        if job is not None:
            run_filter["pipelineName"] = job
        if backfill_id is not None:
            run_filter["tags"] = [{"key": "dagster/backfill", "value": backfill_id}]
        answer = self._query(RUNS, filter=run_filter)["runsOrError"]
        if answer["__typename"] != "Runs":
            raise StackError(f"Dagster did not list its runs: {_message(answer)}")
        return [
            RunSummary(
                run_id=run["runId"],
                job=run["jobName"],
                status=run["status"],
                will_retry={"key": "dagster/will_retry", "value": "true"} in run["tags"],
            )
            for run in answer["results"]
        ]

    def metadata_of(self, asset: str, day: str) -> dict[str, str]:
        """The text metadata of the asset's newest materialization of that day."""
        node = self._query(NEWEST, key={"path": [asset]}, days=[day])["assetNodeOrError"]
        newest = (node.get("assetMaterializations") or [{"metadataEntries": []}])[0]
        texts = {entry["label"]: entry.get("text") or entry.get("mdStr") for entry in newest["metadataEntries"]}
        return {label: text for label, text in texts.items() if text}

    def failure_of(self, run: RunSummary) -> str:
        """The first errors of a run, each with its step: the platform's own message, else the innermost cause."""
        reasons: list[str] = []
        cursor = None
        while len(reasons) < MAX_FAILURES:
            page = self._query(EVENTS, id=run.run_id, cursor=cursor)["runOrError"]["eventConnection"]
            reasons += [_reason(event) for event in page["events"] if event.get("error") and event.get("stepKey")]
            if not page["hasMore"]:
                break
            cursor = page["cursor"]
        where = f"Run {run.run_id} of {run.job} ({self.url}/runs/{run.run_id}):"
        return "\n".join(
            [where, *(f"  {reason}" for reason in reasons[:MAX_FAILURES] or ["no step has an error; see the run"])]
        )

    def _query(self, query: str, **variables: Any) -> dict[str, Any]:
        try:
            answer = (
                self._client.post("/graphql", json={"query": query, "variables": variables}).raise_for_status().json()
            )
        except (httpx.HTTPError, ValueError) as error:
            raise StackError(f"Dagster at {self.url} did not answer: {error}. Is the stack up (make dev)?") from error
        if answer.get("errors"):
            raise StackError(f"Dagster at {self.url} rejected a query: {answer['errors'][0]['message']}")
        return dict(answer["data"])


def _message(answer: dict[str, Any]) -> str:
    return str(answer.get("message") or answer["__typename"]).strip()


def _reason(event: dict[str, Any]) -> str:
    chain = [event["error"], *(link["error"] for link in event["error"]["errorChain"])]
    ours = [error for error in chain if error["message"].startswith(PLATFORM_ERRORS)]
    shown = (ours or chain[-1:])[0]  # the outermost of ours says what to do
    return f"{event.get('stepKey') or event['__typename']}: {shown['message'].strip()}"
