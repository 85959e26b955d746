"""An endpoint gets what it is asked and nothing else, and whatever it answers is an answer or one typed error."""

import http.server
import json
import threading
from contextlib import contextmanager

import pytest

from kinoeye.errors import ModelError, UseError
from kinoeye.models.endpoint import KEY_VARIABLE, Endpoint

KEY = "sk-very-secret"


@contextmanager
def _served(status=200, body=b"", *, wait=None, headers=()):
    """Serve one answer, or what `body` makes of the request; yield the address and the requests that came."""
    came = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            came.append((self.path, self.headers, asked))
            if wait is not None:
                wait.wait(20)
                return
            data = body(asked) if callable(body) else body
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", came
        finally:
            if wait is not None:
                wait.set()
            server.shutdown()
            thread.join()


def _choices(*texts):
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}} for text in texts]}).encode()


def test_the_request_is_openais_and_its_answers_come_back(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with _served(body=_choices(" One. ", "Two.", "Three.")) as (address, came):
        assert Endpoint(address + "/", "tiny").answers("Go on.", "INT. BAR", 2, 7) == ["One.", "Two."]
    ((path, headers, asked),) = came
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert headers["Content-Type"] == "application/json"
    messages = [{"role": "system", "content": "Go on."}, {"role": "user", "content": "INT. BAR"}]
    assert asked == {"model": "tiny", "n": 2, "seed": 7, "messages": messages}


def test_without_a_key_none_is_sent(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with _served(body=_choices("One.")) as (address, came):
        Endpoint(address, "tiny").answers("Go on.", "", 1, 1)
    assert "Authorization" not in came[0][1]


def test_a_server_that_gives_one_answer_is_asked_again():
    with _served(body=lambda asked: _choices(f"Answer {asked['seed']}")) as (address, came):
        assert Endpoint(address, "tiny").answers("", "", 3, 5) == ["Answer 5", "Answer 6", "Answer 7"]
    assert [asked["n"] for *_, asked in came] == [3, 2, 1]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "must know the key, got status 401"),
        (403, "must allow it, got status 403"),
        (404, "must have the model, got status 404"),
        (429, "must have time for more, got status 429"),
        (500, "must answer, got status 500"),
    ],
)
def test_each_refusal_is_one_error_without_the_key(monkeypatch, status, said):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    with (
        _served(status, f"no: Bearer {KEY}".encode()) as (address, _),
        pytest.raises(ModelError, match=said) as error,
    ):
        Endpoint(address, "tiny").answers("", "", 1, 1)
    assert KEY not in f"{error.value} {error.value.remedy} {error.value.__cause__}"


def test_a_redirect_is_not_followed(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    with (
        _served(body=_choices("One.")) as (elsewhere, stolen),
        _served(307, headers=[("Location", f"{elsewhere}/chat/completions")]) as (address, _),
        pytest.raises(ModelError, match="got status 307"),
    ):
        Endpoint(address, "tiny").answers("", "", 1, 1)
    assert stolen == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>hello</html>", b"\xff\xfe\x00", b"[]", b"null", b"7", b"[" * 100_000, b'{"choices": []}',
        b'{"choices": 3}',
        b'{"choices": [{"message": {"content": null}}]}', b'{"choices": [{"text": "old"}]}', _choices(" \n"),
        b"9" * (5 << 20),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_one_error(body):
    with (
        _served(body=body) as (address, _),
        pytest.raises(ModelError, match="must answer as OpenAI's chat completions do"),
    ):
        Endpoint(address, "tiny").answers("", "", 1, 1)


def test_silence_ends_in_time():
    with (
        _served(wait=threading.Event()) as (address, _),
        pytest.raises(ModelError, match=r"must answer within 0\.2 s, got nothing"),
    ):
        Endpoint(address, "tiny", 0.2).answers("", "", 1, 1)


def test_nobody_there_is_told(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY + "\nX: y")
    with _served() as (address, _):
        pass
    with pytest.raises(ModelError, match="must be reachable") as error:
        Endpoint(address, "tiny").answers("", "", 1, 1)
    assert KEY not in str(error.value)


@pytest.mark.parametrize(
    "address",
    ["", "ftp://127.0.0.1/", "http://", "http://[bad", "http://127.0.0.1:99999/", "http://127.0.0.1:x/", "here:80"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    with pytest.raises(UseError, match="must be http"):
        Endpoint(address, "tiny")


def test_what_would_go_open_over_the_net_is_refused():
    with pytest.raises(UseError, match="must be https beyond this machine"):
        Endpoint("http://example.org/v1", "tiny")
    with pytest.raises(UseError, match="must have no key or password") as error:
        Endpoint(f"https://me:{KEY}@example.org/v1", "tiny")
    assert KEY not in str(error.value)
    with pytest.raises(UseError, match="must have the name of a model"):
        Endpoint("https://example.org/v1", "")
    for address in ("https://example.org/v1", "http://localhost:1/v1", "http://[::1]:1/v1"):
        assert Endpoint(address, "tiny").address == address
