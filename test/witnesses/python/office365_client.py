"""Office365-REST-Python-Client, which knows Microsoft's hosts only: a proxy (`HTTPS_PROXY`) leads them to Relata."""

import asyncio
import os
from pathlib import Path

from office365.runtime.client_request_exception import ClientRequestException

from steps import run

tenant_id = os.environ["RELATA_TENANT"]
client_id = os.environ["RELATA_CLIENT_ID"]
secret = os.environ["RELATA_SECRET"]

# recipe: office365
from office365.graph_client import GraphClient

client = GraphClient(tenant=tenant_id).with_client_secret(client_id, secret)
store = client.sites.root.term_store
# end recipe

GENRES = "c0117050-5e70-4000-8000-000000000001"


class Made:
    """What later steps go on with."""


made = Made()


def sign_in():
    groups = store.groups.get().execute_query()
    return {"groups": [group.display_name for group in groups]}


def sign_in_with_a_certificate():
    pem = Path(os.environ["RELATA_CERTIFICATE"]).read_text()
    other = GraphClient(tenant=tenant_id).with_certificate(
        os.environ["RELATA_CERTIFICATE_CLIENT_ID"],
        private_key=pem,
        public_certificate=pem[pem.index("-----BEGIN CERTIFICATE") :],
    )
    return {"language": other.sites.root.term_store.get().execute_query().default_language_tag}


def make_group():
    made.group = store.groups.add("Office365").execute_query()
    return {"displayName": made.group.display_name, "scope": made.group.properties["scope"]}


def make_set():
    made.shapes = made.group.sets.add("Shapes").execute_query()
    return {"names": [name.name for name in made.shapes.localized_names]}


def make_term():
    circle = made.shapes.children.add("Circle").execute_query()
    children = made.shapes.children.get().execute_query()
    return {"labels": [label.name for label in circle.labels], "children": len(children)}


def page():
    terms = store.sets[GENRES].terms.paged(4).get().execute_query()
    everything = [term.id for term in terms]
    return {"all": len(everything), "different": len(set(everything))}


def read_an_error():
    try:
        store.groups["00000000-0000-4000-8000-00000000dead"].get().execute_query()
    except ClientRequestException as error:
        return {"status": error.response.status_code, "code": error.code, "message": error.message}


def find_a_tenant():
    found = client.tenant_relationships.find_tenant_information_by_domain_name("fabrikam.example").execute_query()
    return {"tenant": found.value.tenantId, "displayName": found.value.displayName}


def read_customers():
    customers = client.tenant_relationships.delegated_admin_customers.get().execute_query()
    return {"customers": [[one.id, one.display_name] for one in customers]}


def read_relationships():
    relationships = client.tenant_relationships.delegated_admin_relationships.get().execute_query()
    return {"relationships": [[one.display_name, one.status] for one in relationships]}


def read_the_directory():
    users = client.users.get().execute_query()
    members = client.groups.get().execute_query()[0].members.get().execute_query()
    return {"users": len(users), "members": len(members)}


async def main():
    await run("sign-in", sign_in)
    await run("sign-in.certificate", sign_in_with_a_certificate)
    await run("term-store.group", make_group)
    await run("term-store.set", make_set)
    await run("term-store.term", make_term)
    await run("paging", page)
    await run("error", read_an_error)
    await run("tenant", find_a_tenant)
    await run("gdap.customers", read_customers)
    await run("gdap.relationships", read_relationships)
    await run("directory", read_the_directory)


asyncio.run(main())
