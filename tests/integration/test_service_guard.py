"""The guard of a running service: several workers, keys, limits, metrics and attacks.

Each rule of its own is tested without a server in tests/unit/bento_service/test_guard.py.
"""

import base64
import gzip
import hashlib
import json
import pickle
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.bentos import serving
from tests.support.builders import a_movie
from tests.support.served import BUNDLE, Exploding, the_bento

KEY = "a-key-for-tests"
FILM = a_movie().model_dump(mode="json")
SYNOPSIS = "A retired lighthouse keeper adopts a stubborn goat and is gloriously happy."
STATUS = {
    "in_service": {"bundle_id": "b" * 64, "bento_tag": "movie_rating:one", "day": "2026-01-14"},
    "wanted": {"bundle_id": "c" * 64, "bento_tag": "movie_rating:two", "day": "2026-01-15"},
    "phase": "switching",
    "message": "movie_rating:two is being put in service.",
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A service of two workers with a key, another origin, small limits and an agent's file: its address and log."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "status.json").write_text(json.dumps(STATUS))
    with serving(
        the_bento(),
        log=folder / "log",
        MOVIE_API_WORKERS="2",
        MOVIE_API_KEY_HASHES=hashlib.sha256(KEY.encode()).hexdigest(),
        MOVIE_API_CORS_ORIGINS="https://films.example",
        MOVIE_API_SECONDS="0.3",
        MOVIE_API_MAX_BODY_BYTES="300000",
        MOVIE_SERVING_STATUS=str(folder / "status.json"),
    ) as url:
        yield url, folder / "log"


@pytest.fixture
def url(guarded):
    return guarded[0]


@pytest.fixture
def client(url):
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {KEY}"}, timeout=10, trust_env=False) as client:
        yield client


def test_the_marker_appears_where_the_pickle_is_opened(tmp_path):
    """Otherwise its absence would prove nothing."""
    pickle.loads(pickle.dumps(Exploding(tmp_path / "opened")))

    assert (tmp_path / "opened").exists()


PICKLE_HEADERS = [
    # CVE-2025-27520: any endpoint, told that its body is BentoML's own pickle
    {"content-type": "application/vnd.bentoml+pickle"},
    {"Content-Type": "APPLICATION/VND.BENTOML+PICKLE; charset=utf-8"},
    # CVE-2025-32375: what a runner is sent, with the container named in headers
    {
        "content-type": "application/vnd.bentoml.pickled",
        "args-number": "1",
        "payload-container": "NdarrayContainer",
        "payload-meta": '{"format": "default"}',
        "batch-size": "-1",
    },
    {
        "content-type": "application/vnd.bentoml.multiple_outputs",
        "args-number": "1",
        "payload-container": "PandasDataFrameContainer",
        "payload-meta": '{"format": "pickle5", "with_buffer": true, "pickle_bytes_str": "IN BASE64"}',
        "batch-size": "1",
    },
    {"content-type": "application/vnd.bentoml+arrow"},
    {"content-type": "application/octet-stream"},
    {"content-type": "multipart/form-data; boundary=x"},
    {"content-type": "application/json", "payload-container": "DefaultContainer", "args-number": "1"},
    {"args-number": "1"},
]


@pytest.mark.parametrize("headers", PICKLE_HEADERS, ids=str)
@pytest.mark.parametrize(
    "path",
    ["/predict", "/predict_batch", "/describe", "/", "/readyz", "/schema.json", "/docs.json", "/predict/submit", "/x"],
)
def test_no_pickle_is_opened(client, tmp_path, path, headers):
    """Whatever its headers and path, a pickle is refused and never unpickled."""
    raw = pickle.dumps(Exploding(tmp_path / "opened"))
    headers = {name: value.replace("IN BASE64", base64.b64encode(raw).decode()) for name, value in headers.items()}
    part = (
        b'--x\r\nContent-Disposition: form-data; name="movie"; filename="a"\r\n'
        b"Content-Type: application/vnd.bentoml+pickle\r\n\r\n" + raw + b"\r\n--x--\r\n"
    )

    answer = client.post(path, content=part if "multipart" in str(headers) else raw, headers=headers)

    assert answer.status_code in (400, 404, 405, 415)
    assert answer.json()["error"]["code"]
    assert not (tmp_path / "opened").exists()


def test_addresses_are_not_fetched(client):
    """A synopsis may be an address; BentoML's ways to send one in place of a file are refused."""
    with socket.create_server(("127.0.0.1", 0)) as watched:
        watched.settimeout(0.3)
        address = f"http://127.0.0.1:{watched.getsockname()[1]}/film.json"
        answers = [
            client.post("/predict", json=FILM | {"overview": address}),
            client.post("/predict", content=json.dumps(address), headers={"content-type": "application/json"}),
            client.post("/predict", data={"movie": address}),
            client.post("/predict", files={"movie": address.encode()}),
            client.post("/describe", json=address),
            client.post("/describe", files={"movie": address.encode()}),
            client.post("/schema.json", json=address),
            client.post("/predict_batch", data={"films": address}),
            client.post("/predict_batch", json=[address]),
        ]

        with pytest.raises(TimeoutError):
            watched.accept()

    assert [answer.status_code for answer in answers] == [200, 422, 415, 415, 422, 415, 405, 415, 200]
    assert "error" in answers[-1].json()[0]


def post(path="/predict", **body):
    return {"method": "POST", "url": path} | body


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (post(json=FILM | {"runtime": -5}), (422, "invalid_value", "runtime")),
        (post(content="{"), (400, "invalid_json", None)),
        (post(content="x" * 300_001), (413, "body_too_large", None)),
        (post(json={"overview": "x" * 10_000_000}), (413, "body_too_large", None)),
        (post(content=(b" " * 300_001 for _ in range(1))), (413, "body_too_large", None)),
        (post(files={"movie": b"{}"}), (415, "unsupported_media_type", None)),
        # a small compressed body could be a huge one
        (
            post(content=gzip.compress(json.dumps(FILM).encode()), headers={"content-encoding": "gzip"}),
            (415, "unsupported_media_type", None),
        ),
        ({"method": "GET", "url": "/predict_batch"}, (405, "method_not_allowed", None)),
        ({"method": "TRACE", "url": "/predict"}, (405, "method_not_allowed", None)),
        (post("/status"), (405, "method_not_allowed", None)),
        (post("/docs.json", json={}), (405, "method_not_allowed", None)),
        ({"method": "GET", "url": "/nowhere"}, (404, "not_found", None)),
        (post("/healthz/more", json={}), (404, "not_found", None)),
    ],
)
def test_bad_requests_are_refused_in_the_one_shape(client, request_, expected):
    """Whichever layer refuses: ours, the router or BentoML."""
    answer = client.request(**request_)

    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error"}
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "field", "allowed"}
    assert (answer.status_code, error["code"], error["field"]) == expected


def test_a_body_that_never_ends_is_a_408(client, url):
    """Other requests are answered meanwhile."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as silent:
        silent.sendall(
            f"POST /predict HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ncontent-length: 9\r\n\r\n{{".encode()
        )
        assert client.post("/predict", json=FILM).status_code == 200
        assert b" 408 " in silent.recv(1_000)


def test_without_the_key_nothing_is_answered(url):
    """Only probes and metrics are open, and the 401 says how to send a key."""
    closed = [httpx.get(url + path) for path in ("/describe", "/status", "/", "/docs.json", "/schema.json", "/nowhere")]
    closed += [httpx.post(url + path, json=FILM) for path in ("/predict", "/predict_batch")]
    opened = [httpx.get(url + path) for path in ("/livez", "/readyz", "/metrics")]

    assert {answer.status_code for answer in closed} == {401}
    assert {answer.headers["www-authenticate"] for answer in closed} == {"Bearer"}
    assert {answer.status_code for answer in opened} == {200}


def test_only_the_named_origin_is_allowed(client):
    """The browser of a page of any other origin withholds the answer from it."""
    preflight = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }

    named = client.options("/predict", headers=preflight | {"origin": "https://films.example"})
    other = client.options("/predict", headers=preflight | {"origin": "https://elsewhere.example"})

    assert named.headers["access-control-allow-origin"] == "https://films.example"
    assert "access-control-allow-origin" not in other.headers


def test_the_status_has_the_agents_report(client):
    """Beside the service's own fields; missing ones are null."""
    status = client.get("/status").json()

    assert (status["bundle_id"], status["ready"], status["problem"]) == (BUNDLE.id, True, None)
    assert {name: status[name] for name in STATUS} == STATUS
    assert (status["pinned"], status["decisions"]) == (None, None)


def test_the_page_loads_nothing_from_elsewhere(client):
    """No tracker, font or script of another host; its own files exist."""
    page = client.get("/")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert all(link.startswith("./") for link in loaded)
    assert {client.get(link.removeprefix(".")).status_code for link in loaded} == {200}
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "bearer" in client.get("/docs.json").text


def metric(url, name):
    """The values of a metric by their labels, summed over the workers."""
    lines = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", httpx.get(f"{url}/metrics").text, flags=re.MULTILINE)
    return {labels: float(value) for labels, value in lines}


def test_metrics_are_those_of_all_workers(url):
    """Whichever worker reports them, and whichever answered."""
    predicted, answered, unknown = (
        "movie_rating_predictions_total",
        'method="POST",route="/predict",status="200"',
        "movie_rating_unknown_category_films_total",
    )
    before = {name: metric(url, name) for name in (predicted, "movie_rating_requests_total", unknown)}
    strange = FILM | {"genres": ["Slow Television"], "original_language": "qq"}

    def predict(film):
        # a new connection each, so that both workers get some
        return httpx.post(f"{url}/predict", json=film, headers={"authorization": f"Bearer {KEY}"}).status_code

    with ThreadPoolExecutor(4) as many:
        assert set(many.map(predict, [FILM] * 30 + [strange] * 10)) == {200}
    httpx.post(f"{url}/predict_batch", json=[strange, {}], headers={"authorization": f"Bearer {KEY}"})

    for _ in range(5):
        series = f'bundle_id="{BUNDLE.id}"'
        assert metric(url, predicted)[series] - before[predicted].get(series, 0) == 41
        requests = metric(url, "movie_rating_requests_total")
        assert requests[answered] - before["movie_rating_requests_total"].get(answered, 0) == 40
        assert metric(url, unknown)[""] - before[unknown].get("", 0) == 11
    assert metric(url, "movie_rating_warnings_total")['code="unknown_main_genre"'] >= 11
    assert metric(url, "movie_rating_errors_total")['code="missing_field"'] >= 1
    assert metric(url, "movie_rating_request_seconds_bucket")['le="+Inf",route="/predict"'] >= 40


def test_nothing_confidential_is_logged(guarded, client):
    """Neither a synopsis nor a key, whether the request was good or refused."""
    client.post("/predict", json=FILM | {"overview": SYNOPSIS}).raise_for_status()
    client.post("/predict_batch", json=[FILM | {"overview": SYNOPSIS}, {"overview": SYNOPSIS}]).raise_for_status()
    assert client.post("/predict", json=FILM | {"overview": SYNOPSIS, "runtime": 0}).status_code == 422
    assert client.post("/predict", content=SYNOPSIS).status_code == 400

    log = guarded[1].read_text()
    assert "Ready with bundle" in log
    assert "lighthouse keeper" not in log
    assert KEY not in log
