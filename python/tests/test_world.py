"""The fixture against a server that the npm package starts."""

import urllib.request

import pytest

from pytest_relata import RelataError


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
