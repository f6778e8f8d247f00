"""Real ids in the place of generated ones, most of the time: hooks of Schemathesis, which `run.py` names in the environment."""

import itertools
import json
import os
import random

import schemathesis

with open(os.environ["RELATA_WORLD"], encoding="utf-8") as file:
    world = json.load(file)

REFERENCES = {"set": world["reference"], "toTerm": world["term"], "parentGroup": world["group"]}
numbers = itertools.count(1)
# Of ten requests, how many get real ids.
MOSTLY = 8


def ids_for(segments, at):
    """The ids that fit the key at a place of the path: by the collections before it, the longest name first."""
    collections = [segment for segment in segments[:at] if not segment.startswith("{")]
    if "groups" in collections[-1:] and any(name.startswith("termStore") for name in collections):
        return world["ids"]["termStore/groups"]
    for length in (3, 2, 1):
        found = world["ids"].get("/".join(collections[-length:]))
        if found:
            return found
    return []


@schemathesis.hook
def before_call(context, case, kwargs):
    chance = random.Random(case.id)
    if case.method == "DELETE" and chance.randrange(10) > 0:
        # What is deleted is missed by all others.
        return
    if chance.randrange(10) >= MOSTLY:
        return
    segments = case.operation.path.strip("/").split("/")
    for at, segment in enumerate(segments):
        if not segment.startswith("{"):
            continue
        found = ids_for(segments, at)
        name = segment.strip("{}")
        if found and name in case.path_parameters:
            case.path_parameters[name] = chance.choice(found)
    put_references(case.body)


def put_references(body):
    """A body names rows and languages that are there, and has names that are free."""
    if isinstance(body, list):
        for entry in body:
            put_references(entry)
    if not isinstance(body, dict):
        return
    for name, row in REFERENCES.items():
        if isinstance(body.get(name), dict):
            body[name] = {"id": row}
    for name, value in body.items():
        if name == "languageTag" and isinstance(value, str):
            body[name] = "en-US"
        elif name in {"name", "displayName"} and isinstance(value, str):
            body[name] = f"Generated {next(numbers)}"
        else:
            put_references(value)


@schemathesis.check
def no_failure_of_the_server(context, response, case):
    """501 says that Graph has what Relata does not serve: documents do not list such methods. 503 asks to try again."""
    assert response.status_code < 500 or response.status_code in {501, 503}, response.text
