"""msal with requests: the tokens of MSAL for calls that a program makes itself."""

import asyncio
import os
from pathlib import Path

from steps import run

url = os.environ["RELATA_URL"]
tenant_id = os.environ["RELATA_TENANT"]
client_id = os.environ["RELATA_CLIENT_ID"]
secret = os.environ["RELATA_SECRET"]

# recipe: msal
import msal
import requests

app = msal.ConfidentialClientApplication(
    client_id,
    client_credential=secret,
    authority=f"{url}/{tenant_id}",
    instance_discovery=False,
)
result = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])
session = requests.Session()
session.headers["Authorization"] = f"Bearer {result['access_token']}"
groups = session.get(f"{url}/v1.0/sites/root/termStore/groups").json()["value"]
# end recipe


def sign_in():
    again = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])
    return {
        "type": result["token_type"],
        "from": again["token_source"],
        "groups": [group["displayName"] for group in groups],
    }


def sign_in_with_a_certificate():
    pem = Path(os.environ["RELATA_CERTIFICATE"]).read_text()
    credential = {"private_key": pem, "public_certificate": pem[pem.index("-----BEGIN CERTIFICATE") :]}
    other = msal.ConfidentialClientApplication(
        os.environ["RELATA_CERTIFICATE_CLIENT_ID"],
        client_credential=credential,
        authority=f"{url}/{tenant_id}",
        instance_discovery=False,
    )
    return {"type": other.acquire_token_for_client(["https://graph.microsoft.com/.default"])["token_type"]}


def refuse():
    wrong = msal.ConfidentialClientApplication(
        client_id, client_credential="wrong", authority=f"{url}/{tenant_id}", instance_discovery=False
    )
    refused = wrong.acquire_token_for_client(["https://graph.microsoft.com/.default"])
    missing = session.get(f"{url}/v1.0/sites/root/termStore/groups/00000000-0000-4000-8000-00000000dead")
    return {
        "error": refused["error"],
        "codes": refused["error_codes"],
        "status": missing.status_code,
        "code": missing.json()["error"]["code"],
    }


def page():
    ids, link = [], f"{url}/v1.0/sites/root/termStore/sets/c0117050-5e70-4000-8000-000000000001/terms?$top=5"
    pages = 0
    while link is not None:
        body = session.get(link).json()
        ids += [term["id"] for term in body["value"]]
        link = body.get("@odata.nextLink")
        pages += 1
    return {"pages": pages, "all": len(ids), "different": len(set(ids))}


async def main():
    await run("sign-in", sign_in)
    await run("sign-in.certificate", sign_in_with_a_certificate)
    await run("error", refuse)
    await run("paging", page)


asyncio.run(main())
