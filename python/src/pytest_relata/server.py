"""The server that the worlds of a test run are on: the npm package, started for the run, or one that runs already."""

import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from typing import Any, Dict, List, Optional, Sequence

from .client import Client
from .world import Relata, instant_text

_READY = re.compile(r"relata is ready on (https?://\S+)")
_USUAL_COMMAND = ("npx", "--yes", "relata")


class Server:
    """A server with worlds. ``url``: ``https://localhost:50123``."""

    def __init__(self, url: str, folder: str, process: "Optional[subprocess.Popen[str]]" = None) -> None:
        self.url = url
        self.folder = folder
        self._process = process
        self.ca_file = self._keep_authority()
        self._client = Client(self.ca_file)

    def world(self, **wish: Any) -> Relata:
        """A new world with a port of its own. ``wish``: ``seed``, ``clock`` (text or datetime), ``ids``, ``port``, ``from_``."""
        members: Dict[str, Any] = {"port": 0, **wish}
        if "from_" in members:
            members["from"] = members.pop("from_")
        if members.get("clock") is not None:
            members["clock"] = instant_text(members["clock"])
        made = self._client.control("POST", f"{self.url}/_relata/worlds", members)
        return Relata(self, made["id"], made["url"])

    def remove(self, world: str) -> None:
        answer = self._client.send(
            "DELETE", f"{self.url}/_relata/worlds/{world}", headers={"Content-Type": "application/json"}
        )
        # It may have ended by itself: nobody has used it for long.
        if answer.status not in (204, 404):
            raise RuntimeError(f"the world {world} did not end: {answer.status} {answer.text}")

    def stop(self) -> None:
        """Ends the server, if it was started here."""
        try:
            if self._process is not None:
                _end(self._process)
        finally:
            # It has the key of an authority, which nobody needs any more.
            shutil.rmtree(self.folder, ignore_errors=True)

    def _keep_authority(self) -> Optional[str]:
        """A file with the usual authorities and that of the server; None where it has none of its own."""
        # Plain HTTP is answered on the same port, so the authority can be asked for before it is trusted.
        address = re.sub(r"^https:", "http:", self.url) + "/_relata/certificate.pem"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(address) as answer:
                own = answer.read().decode()
        except urllib.error.HTTPError as refused:
            refused.close()
            if refused.code == 404:
                return None
            raise
        file = os.path.join(self.folder, "authorities.pem")
        with open(file, "w", encoding="ascii") as out:
            out.write(own)
            for usual in _usual_authorities():
                out.write(usual)
        return file


def _usual_authorities() -> List[str]:
    context = ssl.create_default_context()
    return [ssl.DER_cert_to_PEM_cert(der) for der in context.get_ca_certs(binary_form=True)]


def _signal(process: "subprocess.Popen[str]", number: int) -> None:
    if sys.platform == "win32":
        process.terminate()
        return
    try:
        # npx has started the server as its child.
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def _end(process: "subprocess.Popen[str]") -> None:
    _signal(process, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        process.wait()


def _read_on(process: "subprocess.Popen[str]") -> None:
    """A server whose output nobody reads waits for ever once the pipe is full."""

    def read() -> None:
        assert process.stdout is not None
        with process.stdout:
            for _ in process.stdout:
                pass

    threading.Thread(target=read, daemon=True).start()


def connect(url: str) -> Server:
    """A server that runs already."""
    folder = tempfile.mkdtemp(prefix="pytest-relata-")
    try:
        return Server(url.rstrip("/"), folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def start(command: Optional[Sequence[str]] = None, flags: Sequence[str] = ()) -> Server:
    """Starts a server that keeps nothing, on a free port.

    ``command``: what starts the npm package; ``npx --yes relata`` unless said here or in ``RELATA_COMMAND``.
    """
    named = shlex.split(os.environ.get("RELATA_COMMAND", ""))
    folder = tempfile.mkdtemp(prefix="pytest-relata-")
    args = [*(command or named or _USUAL_COMMAND), "start", "--in-memory", "--silent", "--port", "0"]
    args += ["--location", os.path.join(folder, "location"), *flags]
    process = subprocess.Popen(
        args,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=sys.platform != "win32",
        shell=sys.platform == "win32",
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            ready = _READY.search(line)
            if ready is not None:
                server = Server(ready.group(1), folder, process)
                _read_on(process)
                return server
        raise RuntimeError(f"{' '.join(args)} ended with {process.wait()} before it was ready")
    except BaseException:
        _end(process)
        shutil.rmtree(folder, ignore_errors=True)
        raise
