"""A world of Relata for each test: the fixture ``relata``."""

from .client import Answer, RelataError
from .server import Server, connect, start
from .world import Relata

__all__ = ["Answer", "Relata", "RelataError", "Server", "connect", "start"]
