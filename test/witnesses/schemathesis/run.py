"""Schemathesis over both OpenAPI documents: no answer that they do not describe, and no failure of the server.

Prints one line for each document: how many operations and requests there were, how many of them did something, or what the
tool found. `RELATA_SCHEMATHESIS_SECONDS` bounds the time for each; in the folder `RELATA_KEEP` the tool's events are kept.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from world import URL, build, sign_in

HERE = Path(__file__).resolve().parent
DOCUMENTS = {"v1.0": "/_relata/openapi.json", "beta": "/_relata/openapi-beta.json"}
SECONDS = int(os.environ.get("RELATA_SCHEMATHESIS_SECONDS", "25"))
CHECKS = (
    "no_failure_of_the_server,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance"
)


def say(step, **facts):
    print(json.dumps({"step": step, **facts}), flush=True)


def run(version, token, folder):
    """Runs the tool; its events, one a line."""
    events = Path(folder) / f"{version}.ndjson"
    command = [
        *(sys.executable, "-m", "schemathesis.cli"),
        *("run", f"{URL}{DOCUMENTS[version]}", "--url", f"{URL}/{version}"),
        *("--header", f"Authorization: Bearer {token}"),
        *("--phases", "examples,coverage,fuzzing"),
        *("--checks", CHECKS),
        *("--max-time", str(SECONDS)),
        *("--workers", "1", "--continue-on-failure", "--no-color", "--warnings", "off"),
        *("--seed", "17", "--no-shrink", "--generation-database", "none"),
        *("--tls-verify", os.environ["RELATA_CA"]),
        *("--report-ndjson-path", str(events)),
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done, events


def statuses_in(value):
    """All statuses of answers in an event."""
    if isinstance(value, dict):
        found = [value["status_code"]] if "status_code" in value else []
        return found + [status for entry in value.values() for status in statuses_in(entry)]
    return [status for entry in value for status in statuses_in(entry)] if isinstance(value, list) else []


def summary(events):
    """How many operations and requests there were, and how many requests did something."""
    operations, statuses = set(), []
    for line in events.read_text(encoding="utf-8").splitlines():
        ended = json.loads(line).get("ScenarioFinished")
        if ended is not None:
            operations.add(ended.get("label") or ended["recorder"]["label"])
            statuses += statuses_in(ended)
    done = sum(1 for status in statuses if status < 300)
    return {"operations": len(operations), "requests": len(statuses), "done": done, "failures": 0}


def main():
    token = sign_in()
    with tempfile.TemporaryDirectory() as folder:
        for version in DOCUMENTS:
            world = Path(folder) / "world.json"
            world.write_text(json.dumps(build(token)), encoding="utf-8")
            os.environ["RELATA_WORLD"] = str(world)
            done, events = run(version, token, folder)
            if os.environ.get("RELATA_KEEP"):
                shutil.copy(events, os.environ["RELATA_KEEP"])
            if done.returncode != 0:
                say(f"schemathesis.{version}", failed=(done.stdout + done.stderr)[-20000:])
                continue
            say(f"schemathesis.{version}", saw=summary(events))


main()
