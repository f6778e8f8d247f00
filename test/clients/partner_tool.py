"""A partner's tool in Python, with the standard library and openssl alone: the flow of events.md §2.9.

Arguments: address of the server, tenant of the partner, client id, secret, tenant of the customer.
Prints the names of the events in the order in which they came, as JSON.
"""

import base64
import http.server
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

SERVER, TENANT, CLIENT, SECRET, CUSTOMER = sys.argv[1:6]
PARTNER_CENTER = "https://api.partnercenter.microsoft.com"
RELATIONSHIPS = "/v1.0/tenantRelationships/delegatedAdminRelationships"
READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
NAMES = ["test-created"] + [
    f"granular-admin-{what}"
    for what in (
        "relationship-approved",
        "relationship-activated",
        "relationship-terminated",
        "access-assignment-created",
        "access-assignment-activated",
        "access-assignment-deleted",
    )
]
come = queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        come.put((dict(self.headers.items()), body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def token(resource):
    form = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "grant_type": "client_credentials",
        "scope": f"{resource}/.default",
    }
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{SERVER}/{TENANT}/oauth2/v2.0/token", data) as answer:
        return json.load(answer)["access_token"]


def call(method, path, body=None, bearer=None):
    """Status and body; refusals too."""
    headers = {"Content-Type": "application/json"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SERVER + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, text = refused.code, refused.read()
    return status, json.loads(text) if text else None


def expect(status, wanted):
    assert status == wanted, f"{status} instead of {wanted}"


def openssl(*args):
    return subprocess.run(["openssl", *args], capture_output=True, check=False).returncode == 0


def is_signed(folder, certificate, signature, body):
    """As openssl says: the signature is over these bytes, by the key of the certificate."""
    files = {name: os.path.join(folder, name) for name in ("certificate.pem", "key.pem", "signature", "body")}
    with open(files["certificate.pem"], "w", encoding="ascii") as file:
        file.write(certificate)
    for name, content in (("signature", signature), ("body", body)):
        with open(files[name], "wb") as file:
            file.write(content)
    assert openssl("x509", "-in", files["certificate.pem"], "-pubkey", "-noout", "-out", files["key.pem"])
    return openssl("dgst", "-sha256", "-verify", files["key.pem"], "-signature", files["signature"], files["body"])


def receive(folder):
    """The next event, verified."""
    headers, body = come.get(timeout=60)
    scheme, signature = headers["Authorization"].split(" ")
    assert scheme == "Signature" and headers["X-MS-Signature-Algorithm"] == "rsa-sha256"
    with urllib.request.urlopen(headers["X-MS-Certificate-Url"]) as answer:
        certificate = answer.read().decode("ascii")
    signed = base64.b64decode(signature)
    assert is_signed(folder, certificate, signed, body), "the signature is not that of the body"
    changed = bytes([body[0] ^ 1]) + body[1:]
    assert not is_signed(folder, certificate, signed, changed), "the signature is that of another body, too"
    return json.loads(body)


def main(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    partner, graph = token(PARTNER_CENTER), token("https://graph.microsoft.com")
    registration = "/webhooks/v1/registration"

    expect(call("GET", registration, bearer=partner)[0], 404)
    wish = {"WebhookUrl": f"http://127.0.0.1:{server.server_port}/hook", "WebhookEvents": NAMES}
    expect(call("POST", registration, wish, partner)[0], 200)
    _, begun = call("POST", f"{registration}/validationEvents", bearer=partner)
    told = [receive(folder)]
    status = None
    while status != "completed":
        status = call("GET", f"{registration}/validationEvents/{begun['correlationId']}", bearer=partner)[1]["status"]

    roles = {"unifiedRoles": [{"roleDefinitionId": READER}]}
    draft = {"displayName": "Python", "duration": "P365D", "accessDetails": roles}
    relationship = call("POST", RELATIONSHIPS, draft, graph)[1]["id"]
    own = f"{RELATIONSHIPS}/{relationship}"
    call("POST", f"{own}/requests", {"action": "lockForApproval"}, graph)
    expect(call("POST", f"/_relata/gdap/{relationship}/approve", {"tenantId": CUSTOMER})[0], 200)
    told += [receive(folder), receive(folder)]
    value = json.loads(call("GET", urllib.parse.urlsplit(told[1]["AuditUri"]).path, bearer=partner)[1]["resourceNewValue"])
    assert value["id"] == relationship and value["customer"]["organizationDisplayName"], value

    filter_text = urllib.parse.quote("startswith(displayName,'M365 GDAP')")
    for group in call("GET", f"/v1.0/groups?$filter={filter_text}&$top=2", bearer=graph)[1]["value"]:
        container = {"accessContainerId": group["id"], "accessContainerType": "securityGroup"}
        call("POST", f"{own}/accessAssignments", {"accessContainer": container, "accessDetails": roles}, graph)
        told += [receive(folder), receive(folder)]
    call("POST", f"{own}/requests", {"action": "terminate"}, graph)
    told += [receive(folder) for _ in range(3)]
    for event in told[1:]:
        status, record = call("GET", urllib.parse.urlsplit(event["AuditUri"]).path, bearer=partner)
        expect(status, 200)
        assert record["operationType"] == event["EventName"].replace("-", "_"), record
    expect(call("DELETE", registration, bearer=partner)[0], 204)
    expect(call("DELETE", registration, bearer=partner)[0], 404)
    print(json.dumps([event["EventName"] for event in told]))


with tempfile.TemporaryDirectory() as temporary:
    main(temporary)
