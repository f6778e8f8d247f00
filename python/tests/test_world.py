"""The fixture against a server that the npm package starts."""

import base64
import datetime
import json
import os
import sys
import time
import urllib.request

import pytest

from pytest_relata import RelataError, start


def groups(relata):
    return [group["displayName"] for group in relata.graph("GET", "/termStore/groups").json()["value"]]


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_has_a_world(relata, number):
    assert relata.graph("POST", "/termStore/groups", {"displayName": "Kitchen"}).status == 201
    again = relata.graph("POST", "/termStore/groups", {"displayName": "Kitchen"})
    assert (again.status, again.json()["error"]["code"]) == (409, "nameAlreadyExists")


@pytest.mark.relata(clock="2026-05-01T00:00:00Z")
def test_clock_and_customer(relata):
    assert relata.clock.show() == {"now": "2026-05-01T00:00:00.000Z", "frozen": True}
    root = "/tenantRelationships/delegatedAdminRelationships"
    roles = [{"roleDefinitionId": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}]
    made = relata.graph(
        "POST", root, {"displayName": "By a test", "duration": "P90D", "accessDetails": {"unifiedRoles": roles}}
    ).json()
    relata.graph("POST", f"{root}/{made['id']}/requests", {"action": "lockForApproval"})
    assert relata.gdap.approve(made["id"], "fabrikam.example")["status"] == "active"
    relata.clock.advance("P91D")
    assert relata.graph("GET", f"{root}/{made['id']}").json()["status"] == "expired"


def test_reset_and_fork(relata):
    relata.graph("POST", "/termStore/groups", {"displayName": "Before"})
    copy = relata.fork()
    relata.reset()
    assert "Before" not in groups(relata)
    assert "Before" in groups(copy)
    copy.close()


def test_forks_end_with_their_world(relata, relata_server):
    world = relata_server.world()
    copy = world.fork(clock=datetime.datetime(2031, 1, 1, tzinfo=datetime.timezone.utc))
    assert copy.clock.show()["now"] == "2031-01-01T00:00:00.000Z"
    world.close()
    known = {one["id"] for one in relata.control("GET", "/_relata/worlds")["value"]}
    assert relata.id in known
    assert not {world.id, copy.id} & known


def test_clients_of_the_process_trust_it(relata):
    request = urllib.request.Request(
        f"{relata.graph_url}/termStore/groups", headers={"Authorization": f"Bearer {relata.credential().get_token().token}"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_refusals_are_errors(relata):
    with pytest.raises(RelataError, match="advance") as refused:
        relata.clock.advance("nonsense")
    assert refused.value.status == 400


def test_snapshots(relata):
    relata.graph("POST", "/termStore/groups", {"displayName": "Kept"})
    name = relata.snapshot()
    relata.graph("POST", "/termStore/groups", {"displayName": "After"})
    relata.restore(name)
    assert "Kept" in groups(relata)
    assert "After" not in groups(relata)


def test_faults_and_requests(relata):
    rule = relata.faults.add({"where": {"method": "POST"}, "what": {"status": 429, "retryAfter": 1}, "times": 1})
    assert relata.graph("POST", "/termStore/groups", {"displayName": "Throttled"}).status == 429
    assert relata.graph("POST", "/termStore/groups", {"displayName": "Throttled"}).status == 201
    assert [known["hits"] for known in relata.faults.list()] == [1]
    relata.faults.remove(rule["id"])
    relata.faults.clear()
    assert [request["status"] for request in relata.requests(status="4xx")] == [429]


def test_events(relata):
    events = relata.events()
    assert next(events)["type"] == "relata.hello"
    relata.clock.freeze()
    assert next(events)["type"] == "relata.clock-changed"
    events.close()


def test_people(relata):
    token = relata.token(user="tara@contoso.example")
    me = relata.send("GET", "/_relata/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert me["user"]["userPrincipalName"] == "tara@contoso.example"


def test_nothing_leaves_for_another_host(relata):
    for send in (relata.send, relata.graph):
        with pytest.raises(ValueError, match="graph.microsoft.com"):
            send("GET", "https://graph.microsoft.com/v1.0/users")
    assert relata.graph("GET", f"{relata.graph_url}/users").status == 200
    assert relata.graph("GET", "users").status == 200


def test_tokens_are_for_the_tenants_of_the_world_as_it_is(relata):
    def tenant_id():
        relata.seed({"tenants": [{"displayName": "Same", "defaultDomain": "same.example"}]})
        claims = relata.token(tenant="same.example").split(".")[1]
        return json.loads(base64.urlsafe_b64decode(claims + "=="))["tid"]

    before = tenant_id()
    relata.reset()
    assert tenant_id() != before


def test_a_server_leaves_nothing_behind(relata_server, tmp_path):
    # It writes more than a pipe holds.
    program = tmp_path / "talker.py"
    program.write_text(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (open(sys.argv[1], 'w').write('read'), sys.exit()))\n"
        f"print('relata is ready on {relata_server.url}', flush=True)\n"
        "print('x' * 1_000_000, flush=True)\n"
        "open(sys.argv[1], 'w').write('half')\n"
        "time.sleep(60)\n"
    )
    said = tmp_path / "said"
    server = start([sys.executable, str(program), str(said)])
    for _ in range(100):
        if said.exists():
            break
        time.sleep(0.1)
    assert said.exists()
    assert os.path.isdir(server.folder)
    server.stop()
    assert said.read_text() == "read"
    assert not os.path.exists(server.folder)
    with pytest.raises(RuntimeError, match="before it was ready"):
        start([sys.executable, "-c", "pass"])
