"""What has to be there for generated requests to reach something: rows of each kind, made over the wire."""

import json
import os
import secrets
import ssl
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ["RELATA_URL"]
SITE = "root"
HELPDESK_ADMINISTRATOR = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
tls = ssl.create_default_context(cafile=os.environ["RELATA_CA"])


def call(method, address, body=None, token=None, form=None):
    """The JSON of an answer; None where it has no body."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    if form is not None:
        data = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(f"{URL}{address}", data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, context=tls) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{method} {address}: {error.code} {error.read().decode()}") from error
    return json.loads(text) if text else None


def sign_in():
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["RELATA_CLIENT_ID"],
        "client_secret": os.environ["RELATA_SECRET"],
        "scope": "https://graph.microsoft.com/.default",
    }
    return call("POST", f"/{os.environ['RELATA_TENANT']}/oauth2/v2.0/token", form=form)["access_token"]


class Maker:
    """Makes rows, each with a name of its own."""

    def __init__(self, token):
        self.token = token
        self.count = 0
        self.prefix = secrets.token_hex(4)

    def _name(self, kind):
        self.count += 1
        return f"{kind} {self.prefix} {self.count}"

    def post(self, path, body):
        return call("POST", f"/v1.0{path}", body, self.token)["id"]

    def get(self, path):
        return call("GET", f"/v1.0{path}", token=self.token)

    def term_group(self):
        return self.post("/termStore/groups", {"displayName": self._name("Group")})

    def term_set(self, group):
        names = [{"languageTag": "en-US", "name": self._name("Set")}]
        return self.post(f"/termStore/groups/{group}/sets", {"localizedNames": names})

    def term(self, path):
        labels = [{"languageTag": "en-US", "name": self._name("Term"), "isDefault": True}]
        return self.post(f"/termStore/sets/{path}/children", {"labels": labels})

    def pin(self, from_set, term, to_set):
        body = {"relationship": "pin", "set": {"id": to_set}}
        return self.post(f"/termStore/sets/{from_set}/terms/{term}/relations", body)

    def group(self):
        name = self._name("group").replace(" ", "-")
        body = {"displayName": name, "mailEnabled": False, "mailNickname": name, "securityEnabled": True}
        return self.post("/groups", body)

    def user(self):
        name = self._name("user").replace(" ", "-")
        body = {
            "accountEnabled": True,
            "displayName": name,
            "mailNickname": name,
            "userPrincipalName": f"{name}@contoso.example",
            "passwordProfile": {"password": "xWwvJ]6NMw+bWH-d"},
        }
        return self.post("/users", body)

    def relationship(self, is_active):
        path = "/tenantRelationships/delegatedAdminRelationships"
        roles = {"unifiedRoles": [{"roleDefinitionId": HELPDESK_ADMINISTRATOR}]}
        body = {"displayName": self._name("Relationship"), "duration": "P365D", "accessDetails": roles}
        made = self.post(path, body)
        if is_active:
            self.post(f"{path}/{made}/requests", {"action": "lockForApproval"})
            call("POST", f"/_relata/gdap/{made}/approve", {"tenantId": os.environ["RELATA_CUSTOMER"]})
        return made

    def assignment(self, relationship):
        path = f"/tenantRelationships/delegatedAdminRelationships/{relationship}/accessAssignments"
        container = {"accessContainerId": self.group(), "accessContainerType": "securityGroup"}
        roles = {"unifiedRoles": [{"roleDefinitionId": HELPDESK_ADMINISTRATOR}]}
        return self.post(path, {"accessContainer": container, "accessDetails": roles})


def first(maker, path):
    return maker.get(path)["value"][0]["id"]


def build(token):
    """Ids by the collection that a key follows; `/` joins a collection to the one above, where the name alone is ambiguous."""
    maker = Maker(token)
    group = maker.term_group()
    here, there = maker.term_set(group), maker.term_set(group)
    term = maker.term(here)
    child = maker.term(f"{here}/terms/{term}")
    leaf = maker.term(f"{here}/terms/{child}")
    pinned = maker.term(there)
    into_here = maker.pin(there, pinned, here)
    from_term = maker.pin(here, term, maker.term_set(group))
    active = maker.relationship(True)
    assignment = maker.assignment(active)
    people = maker.group()
    person = maker.user()
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{person}"}
    call("POST", f"/v1.0/groups/{people}/members/$ref", reference, token)
    gdap = f"/tenantRelationships/delegatedAdminRelationships/{active}"
    ids = {
        "sites": [SITE],
        "termStores": [first(maker, f"/sites/{SITE}/termStores")],
        "termStore/groups": [group],
        "sets": [here],
        "terms": [term],
        "children": [term],
        "children/children": [child],
        "children/children/children": [leaf],
        "terms/children": [child],
        "relations": [into_here],
        "terms/relations": [from_term],
        "children/relations": [from_term],
        "groups": [people],
        "users": [person],
        "members": [person],
        "transitiveMembers": [person],
        "memberOf": [people],
        "transitiveMemberOf": [people],
        "directoryObjects": [person, people],
        "directoryRoles": [first(maker, "/directoryRoles")],
        "directoryRoleTemplates": [first(maker, "/directoryRoleTemplates")],
        "organization": [os.environ["RELATA_TENANT"]],
        "directoryAudits": [first(maker, "/auditLogs/directoryAudits")],
        "delegatedAdminCustomers": [first(maker, "/tenantRelationships/delegatedAdminCustomers")],
        "delegatedAdminRelationships": [active, maker.relationship(False)],
        "accessAssignments": [assignment],
        "requests": [first(maker, f"{gdap}/requests")],
        "operations": [entry["id"] for entry in maker.get(f"{gdap}/operations")["value"]],
        "serviceManagementDetails": [
            first(maker, f"/tenantRelationships/delegatedAdminCustomers/{os.environ['RELATA_CUSTOMER']}/serviceManagementDetails")
        ],
    }
    return {"ids": ids, "reference": here, "term": pinned, "group": group}
