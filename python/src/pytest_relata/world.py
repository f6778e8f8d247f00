"""One world of a server, for one test."""

import datetime
import json
import time
import urllib.parse
import uuid
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Union

from .client import Answer, Client

if TYPE_CHECKING:
    from .server import Server

Instant = Union[str, datetime.datetime]

_USUAL_TENANT = "contoso.example"
_DAEMON = "4e1a7a00-0000-4000-8000-00000000a99d"


def instant_text(instant: Instant) -> str:
    if isinstance(instant, str):
        return instant
    return instant.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


class AccessToken(NamedTuple):
    """As azure.core.credentials has it. ``expires_on``: seconds since 1970."""

    token: str
    expires_on: int


class Credential:
    """Has the shape of ``azure.core.credentials.TokenCredential``."""

    def __init__(self, world: "Relata", options: Mapping[str, Any]) -> None:
        self._world = world
        self._options = options

    def get_token(self, *_scopes: str, **_more: Any) -> AccessToken:
        return self._world.access_token(**self._options)


class Clock:
    """The clock of one world. A move returns when everything that came due has happened."""

    def __init__(self, world: "Relata") -> None:
        self._world = world

    def show(self) -> Dict[str, Any]:
        return self._world.control("GET", "/_relata/clock")

    def set(self, instant: Instant) -> Dict[str, Any]:
        return self._move({"set": instant_text(instant)})

    def advance(self, duration: str) -> Dict[str, Any]:
        """By an ISO 8601 duration, such as ``P30D``."""
        return self._move({"advance": duration})

    def freeze(self, instant: Optional[Instant] = None) -> Dict[str, Any]:
        at = {} if instant is None else {"set": instant_text(instant)}
        return self._move({"freeze": True, **at})

    def run(self) -> Dict[str, Any]:
        return self._move({"freeze": False})

    def _move(self, members: Mapping[str, Any]) -> Dict[str, Any]:
        return self._world.control("POST", "/_relata/clock", members)


class Gdap:
    """What the customer of a relationship does, for which Graph has no call."""

    def __init__(self, world: "Relata") -> None:
        self._world = world

    def approve(self, relationship: str, tenant: str, user: Optional[str] = None) -> Dict[str, Any]:
        return self._act("approve", relationship, tenant, user)

    def reject(self, relationship: str, tenant: str, user: Optional[str] = None) -> Dict[str, Any]:
        return self._act("reject", relationship, tenant, user)

    def terminate(self, relationship: str, tenant: str, user: Optional[str] = None) -> Dict[str, Any]:
        return self._act("terminate", relationship, tenant, user)

    def auto_extend(self, relationship: str, tenant: str, allowed: bool, user: Optional[str] = None) -> Dict[str, Any]:
        by = {} if user is None else {"userId": user}
        return self._world.control(
            "POST", f"/_relata/gdap/{relationship}/auto-extend", {"allowed": allowed, "tenantId": tenant, **by}
        )

    def _act(self, action: str, relationship: str, tenant: str, user: Optional[str]) -> Dict[str, Any]:
        by = {} if user is None else {"user": user}
        return self._world.control("POST", f"/_relata/gdap/{relationship}/{action}", {"tenantId": tenant, **by})


class Faults:
    """Rules of docs/faults.md; the server checks them."""

    def __init__(self, world: "Relata") -> None:
        self._world = world

    def add(self, rule: Mapping[str, Any]) -> Dict[str, Any]:
        return self._world.control("POST", "/_relata/faults", rule)

    def list(self) -> List[Dict[str, Any]]:
        return self._world.control("GET", "/_relata/faults")["value"]

    def remove(self, fault: str) -> None:
        self._world.control("DELETE", f"/_relata/faults/{urllib.parse.quote(fault, safe='')}")

    def clear(self) -> None:
        self._world.control("DELETE", "/_relata/faults")


class Relata:
    """A world: its address, tokens for it, and what a test does with it."""

    def __init__(self, server: "Server", world: str, url: str) -> None:
        self.id = world
        self.url = url
        self.graph_url = f"{url}/v1.0"
        self.login_url = url
        # For the option `verify` of requests and httpx; None: plain HTTP, or a certificate that is trusted anyhow.
        self.ca_file = server.ca_file
        self.clock = Clock(self)
        self.gdap = Gdap(self)
        self.faults = Faults(self)
        self._server = server
        self._client = Client(server.ca_file, {"relata-world": world})
        self._tokens: Dict[str, AccessToken] = {}
        self._forks: "List[Relata]" = []

    def send(
        self, method: str, path: str, body: Any = None, headers: Optional[Mapping[str, str]] = None
    ) -> Answer:
        """A request as it is, without a token. ``path``: below the address of the world, or a whole address of it."""
        address = urllib.parse.urljoin(f"{self.url}/", path)
        if not address.startswith(f"{self.url}/"):
            raise ValueError(f"{address} is not answered by the server of this world, {self.url}")
        return self._client.send(method, address, body, headers)

    def graph(
        self, method: str, path: str, body: Any = None, headers: Optional[Mapping[str, str]] = None, **token: Any
    ) -> Answer:
        """A request to Graph with a token. ``path``: below ``/v1.0``, or with its version; ``token``: as of ``token()``."""
        is_whole = path.startswith(("/v1.0/", "/beta/", "https:", "http:"))
        versioned = path if is_whole else f"/v1.0/{path.lstrip('/')}"
        bearer = {"Authorization": f"Bearer {self.token(**token)}"}
        return self.send(method, versioned, body, {**bearer, **(headers or {})})

    def token(self, **options: Any) -> str:
        """``tenant``, ``app``, ``user``, ``scopes``; the seeded application that may do everything unless said."""
        return self.access_token(**options).token

    def access_token(
        self,
        tenant: str = _USUAL_TENANT,
        app: Optional[str] = None,
        user: Optional[str] = None,
        scopes: Optional[Sequence[str]] = None,
    ) -> AccessToken:
        key = json.dumps([tenant, app, user, scopes])
        known = self._tokens.get(key)
        if known is None or known.expires_on - 60 < time.time():
            known = self._tokens[key] = self._issue(tenant, app, user, scopes)
        return known

    def credential(self, **options: Any) -> Credential:
        return Credential(self, options)

    def reset(self) -> None:
        """Back to how the world began."""
        self.control("POST", "/_relata/reset")
        self._tokens.clear()

    def seed(self, content: Union[str, Mapping[str, Any], Sequence[Union[str, Mapping[str, Any]]]]) -> None:
        self.control("POST", "/_relata/seed", {"seed": content})

    def snapshot(self, name: Optional[str] = None) -> str:
        return self.control("POST", "/_relata/snapshots", {"name": name or f"test-{uuid.uuid4()}"})["name"]

    def restore(self, name: str) -> None:
        self.control("POST", f"/_relata/snapshots/{urllib.parse.quote(name, safe='')}/load")
        # A tenant may have another id there.
        self._tokens.clear()

    def fork(self, **wish: Any) -> "Relata":
        """A copy as the world is now, which ends with this one. ``wish``: ``clock``, ``ids``, ``port``."""
        fork = self._server.world(from_=self.id, **wish)
        self._forks.append(fork)
        return fork

    def requests(self, **filters: Any) -> List[Dict[str, Any]]:
        """The requests that the world has answered, as docs/requests.md describes them."""
        query = urllib.parse.urlencode(filters)
        return self.control("GET", f"/_relata/requests{'?' if query else ''}{query}")["value"]

    def events(self, **filters: Any) -> Iterator[Dict[str, Any]]:
        """Changes as they happen: ``id``, ``type`` and ``data`` of each."""
        query = urllib.parse.urlencode(filters)
        event: Dict[str, Any] = {}
        for line in self._client.lines(f"{self.url}/_relata/events{'?' if query else ''}{query}"):
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if line == "":
                if "data" in event:
                    yield {"id": event.get("id"), "type": event.get("event", "message"), "data": json.loads(event["data"])}
                event = {}
            elif name == "data":
                event["data"] = f"{event['data']}\n{value}" if "data" in event else value
            elif name in ("event", "id"):
                event[name] = value

    def close(self) -> None:
        """Ends the world and its forks."""
        while self._forks:
            self._forks.pop().close()
        self._server.remove(self.id)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call of a control address of this world; raises RelataError."""
        return self._client.control(method, f"{self.url}{path}", body)

    def _issue(
        self, tenant: str, app: Optional[str], user: Optional[str], scopes: Optional[Sequence[str]]
    ) -> AccessToken:
        who = {"app": _DAEMON} if app is None and user is None else {"app": app, "user": user}
        issued = self.control("POST", "/_relata/tokens", {"tenant": tenant, **who, "scopes": scopes})
        return AccessToken(issued["accessToken"], int(time.time()) + int(issued["expiresIn"]))
