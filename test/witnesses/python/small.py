"""A whole small program, for docs/clients.md: a group, two sets, a term, and the term pinned into the other set."""

# recipe: whole
import asyncio
import os
import sys

from azure.identity.aio import ClientSecretCredential
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.term_store.group import Group
from msgraph.generated.models.term_store.localized_label import LocalizedLabel
from msgraph.generated.models.term_store.localized_name import LocalizedName
from msgraph.generated.models.term_store.relation import Relation
from msgraph.generated.models.term_store.relation_type import RelationType
from msgraph.generated.models.term_store.set import Set
from msgraph.generated.models.term_store.term import Term

url = os.environ.get("RELATA_URL", "https://localhost:4365")
tenant_id = "c0117050-0000-4000-8000-000000000001"
client_id = "4e1a7a00-0000-4000-8000-00000000a99d"
secret = "relata-local-secret"


async def share_a_term(credential, group_name):
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=["https://graph.microsoft.com/.default"], allowed_hosts=["localhost"]
    )
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{url}/v1.0"
    store = GraphServiceClient(request_adapter=adapter).sites.by_site_id("root").term_store

    async def make_set(name):
        names = [LocalizedName(language_tag="en-US", name=name)]
        return await store.sets.post(Set(parent_group=Group(id=group.id), localized_names=names))

    group = await store.groups.post(Group(display_name=group_name))
    herbs = await make_set("Herbs")
    menu = await make_set("Menu")
    labels = [LocalizedLabel(language_tag="en-US", name="Basil", is_default=True)]
    basil = await store.sets.by_set_id(herbs.id).children.post(Term(labels=labels))
    relations = store.sets.by_set_id(herbs.id).terms.by_term_id(basil.id).relations
    return await relations.post(Relation(relationship=RelationType.Pin, set=Set(id=menu.id)))


async def main():
    async with ClientSecretCredential(
        tenant_id, client_id, secret, authority=url, disable_instance_discovery=True
    ) as credential:
        try:
            return await share_a_term(credential, sys.argv[1])
        except ODataError as refused:
            sys.exit(f"{refused.error.code}: {refused.error.message}")


relation = asyncio.run(main())
print(f"{relation.relationship.value}: {relation.id}")
# end recipe

from steps import show

show("term-store.pin", saw={"relationship": relation.relationship.value, "id": relation.id})
