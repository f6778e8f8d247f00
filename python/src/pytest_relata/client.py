"""Requests of plain values, with the standard library alone."""

import json
import ssl
import urllib.error
import urllib.request
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional


class RelataError(Exception):
    """What a server refused, with the status and the code of its answer."""

    def __init__(self, what: str, status: int, text: str) -> None:
        error = _error_in(text)
        super().__init__(f"{what}: {status} {error.get('message', text)}")
        self.status = status
        self.code: Optional[str] = error.get("code")


def _error_in(text: str) -> Dict[str, Any]:
    try:
        error = json.loads(text)["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}


class Answer(NamedTuple):
    """An answer of a server. The names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


class _Unredirected(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Client:
    """Sends requests to one server, with its authority trusted and without proxies and redirects."""

    def __init__(self, ca_file: Optional[str], headers: Optional[Mapping[str, str]] = None) -> None:
        self.context = ssl.create_default_context(cafile=ca_file)
        self._headers = dict(headers or {})
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=self.context),
            urllib.request.ProxyHandler({}),
            _Unredirected(),
        )

    def send(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Optional[Mapping[str, str]] = None,
    ) -> Answer:
        """``body``: bytes or text as they are, everything else as JSON."""
        sent = {**self._headers, **(headers or {})}
        data: Optional[bytes] = None
        if isinstance(body, bytes):
            data = body
        elif isinstance(body, str):
            data = body.encode()
        elif body is not None:
            data = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(url, data=data, headers=sent, method=method)
        try:
            with self._opener.open(request) as answer:
                return _answer_of(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return _answer_of(refused.code, refused.headers, refused.read())

    def control(self, method: str, url: str, body: Any = None) -> Any:
        """The JSON of the answer of a control address; None where it has no body. Raises RelataError."""
        headers = {} if method == "GET" else {"Content-Type": "application/json"}
        answer = self.send(method, url, body, headers)
        if answer.status >= 400:
            raise RelataError(f"{method} {url}", answer.status, answer.text)
        return answer.json() if answer.text else None

    def lines(self, url: str) -> Iterator[str]:
        """The lines of an answer that goes on, without their ends."""
        request = urllib.request.Request(url, headers={**self._headers, "Accept": "text/event-stream"})
        with self._opener.open(request) as answer:
            for line in answer:
                yield line.decode().rstrip("\r\n")


def _answer_of(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body.decode())
