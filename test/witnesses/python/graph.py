"""msgraph-sdk with azure-identity, asynchronous and synchronous: the term store, paging, errors, entity tags and GDAP."""

import asyncio
import os

import azure.identity
import httpx
from azure.identity.aio import CertificateCredential
from msgraph.generated.models.delegated_admin_access_assignment import DelegatedAdminAccessAssignment
from msgraph.generated.models.delegated_admin_access_container import DelegatedAdminAccessContainer
from msgraph.generated.models.delegated_admin_access_container_type import DelegatedAdminAccessContainerType
from msgraph.generated.models.delegated_admin_access_details import DelegatedAdminAccessDetails
from msgraph.generated.models.delegated_admin_relationship_request import DelegatedAdminRelationshipRequest
from msgraph.generated.models.delegated_admin_relationship_request_action import (
    DelegatedAdminRelationshipRequestAction,
)
from msgraph.generated.models.group import Group as DirectoryGroup
from msgraph.generated.models.term_store.group import Group
from msgraph.generated.models.term_store.localized_label import LocalizedLabel
from msgraph.generated.models.term_store.localized_name import LocalizedName
from msgraph.generated.models.term_store.relation import Relation
from msgraph.generated.models.term_store.relation_type import RelationType
from msgraph.generated.models.term_store.set import Set
from msgraph.generated.models.term_store.term import Term
from msgraph.generated.models.unified_role import UnifiedRole
from msgraph.generated.sites.item.term_store.groups.groups_request_builder import GroupsRequestBuilder

from steps import run

# recipe: imports
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.delegated_admin_relationship import DelegatedAdminRelationship
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.sites.item.term_store.sets.item.terms.terms_request_builder import TermsRequestBuilder
from msgraph_core.tasks.page_iterator import PageIterator
# end recipe

url = os.environ["RELATA_URL"]
tenant_id = os.environ["RELATA_TENANT"]
customer_id = os.environ["RELATA_CUSTOMER"]
client_id = os.environ["RELATA_CLIENT_ID"]
secret = os.environ["RELATA_SECRET"]
certificate_client_id = os.environ["RELATA_CERTIFICATE_CLIENT_ID"]
certificate_file = os.environ["RELATA_CERTIFICATE"]

HELPDESK_ADMINISTRATOR = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
GENRES = "c0117050-5e70-4000-8000-000000000001"

# recipe: sign-in
from azure.identity.aio import ClientSecretCredential

credential = ClientSecretCredential(
    tenant_id,
    client_id,
    secret,
    authority=url,
    disable_instance_discovery=True,
)
# end recipe

# recipe: graph
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient

scopes = ["https://graph.microsoft.com/.default"]
provider = AzureIdentityAuthenticationProvider(credential, scopes=scopes, allowed_hosts=["localhost"])
adapter = GraphRequestAdapter(provider)
adapter.base_url = f"{url}/v1.0"
client = GraphServiceClient(request_adapter=adapter)
store = client.sites.by_site_id("root").term_store
# end recipe

relationships = client.tenant_relationships.delegated_admin_relationships


class Made:
    """What later steps go on with."""

    group: Group
    shapes: Set
    bodies: Set
    circle: Term
    sphere: Term
    relationship: DelegatedAdminRelationship


made = Made()


async def sign_in():
    token = await credential.get_token(*scopes)
    groups = await store.groups.get()
    return {"parts": len(token.token.split(".")), "groups": [group.display_name for group in groups.value]}


async def sign_in_with_a_certificate():
    # recipe: certificate
    credential = CertificateCredential(
        tenant_id,
        certificate_client_id,
        certificate_path=certificate_file,
        authority=url,
        disable_instance_discovery=True,
    )
    # end recipe
    async with credential:
        token = await credential.get_token(*scopes)
    return {"parts": len(token.token.split("."))}


def sign_in_synchronously():
    # recipe: sign-in-sync
    credential = azure.identity.ClientSecretCredential(
        tenant_id,
        client_id,
        secret,
        authority=url,
        disable_instance_discovery=True,
    )
    # end recipe
    certificate = azure.identity.CertificateCredential(
        tenant_id,
        certificate_client_id,
        certificate_path=certificate_file,
        send_certificate_chain=True,
        authority=url,
        disable_instance_discovery=True,
    )
    return {
        "secret": len(credential.get_token(*scopes).token.split(".")),
        "certificate": len(certificate.get_token(*scopes).token.split(".")),
    }


async def make_group():
    made.group = await store.groups.post(Group(display_name="Python"))
    read = await store.groups.by_group_id(made.group.id).get()
    # Kiota does not find "global" among its names, as it is a word of Python: the scope is None.
    return {"displayName": read.display_name, "scope": read.scope, "created": read.created_date_time}


def named(name: str) -> list[LocalizedName]:
    return [LocalizedName(language_tag="en-US", name=name)]


def labelled(name: str) -> list[LocalizedLabel]:
    return [LocalizedLabel(language_tag="en-US", name=name, is_default=True)]


async def make_sets():
    parent = Group(id=made.group.id)
    made.shapes = await store.sets.post(Set(localized_names=named("Shapes"), parent_group=parent))
    made.bodies = await store.sets.post(Set(localized_names=named("Bodies"), parent_group=parent))
    sets = await store.groups.by_group_id(made.group.id).sets.get()
    return {"sets": [name.name for one in sets.value for name in one.localized_names]}


async def make_terms():
    shapes = store.sets.by_set_id(made.shapes.id)
    made.circle = await shapes.children.post(Term(labels=labelled("Circle")))
    made.sphere = await store.sets.by_set_id(made.bodies.id).children.post(Term(labels=labelled("Sphere")))
    disc = await shapes.terms.by_term_id(made.circle.id).children.post(Term(labels=labelled("Disc")))
    read = await shapes.terms.by_term_id(disc.id).get()
    changed = await shapes.terms.by_term_id(made.circle.id).patch(
        Term(labels=[*labelled("Circle"), LocalizedLabel(language_tag="de-DE", name="Kreis", is_default=True)])
    )
    return {
        "read": [label.name for label in read.labels],
        "changed": {label.language_tag: label.name for label in changed.labels},
    }


async def pin():
    relation = await store.sets.by_set_id(made.shapes.id).terms.by_term_id(made.circle.id).relations.post(
        Relation(
            relationship=RelationType.Pin,
            set=Set(id=made.bodies.id),
            from_term=Term(id=made.sphere.id),
        )
    )
    return {"relationship": relation.relationship.value, "id": relation.id}


async def reuse():
    relation = await store.sets.by_set_id(made.bodies.id).terms.by_term_id(made.sphere.id).relations.post(
        Relation(relationship=RelationType.Reuse, set=Set(id=GENRES))
    )
    return {"relationship": relation.relationship.value, "id": relation.id}


async def read_relations():
    term = store.sets.by_set_id(made.shapes.id).terms.by_term_id(made.circle.id)
    relations = await term.relations.get(
        request_configuration=RequestConfiguration(
            query_parameters=type(term.relations).RelationsRequestBuilderGetQueryParameters(
                expand=["fromTerm", "set", "toTerm"]
            )
        )
    )
    children = await store.sets.by_set_id(GENRES).children.get()
    return {
        "relations": sorted(
            [one.set.id, one.relationship.value, one.from_term.id, one.to_term.id] for one in relations.value
        ),
        "children": [label.name for term in children.value for label in term.labels if label.language_tag == "en-US"],
    }


async def page():
    terms = store.sets.by_set_id(GENRES).terms
    # recipe: paging
    first = await terms.get(
        request_configuration=RequestConfiguration(
            query_parameters=TermsRequestBuilder.TermsRequestBuilderGetQueryParameters(top=4)
        )
    )
    ids = []
    await PageIterator(first, adapter).iterate(lambda term: ids.append(term.id) or True)
    # end recipe
    return {"first": len(first.value), "all": len(ids), "different": len(set(ids))}


async def read_an_error():
    # recipe: error
    try:
        await store.groups.by_group_id("00000000-0000-4000-8000-00000000dead").get()
    except ODataError as error:
        status, code, message = error.response_status_code, error.error.code, error.error.message
        request_id = error.error.inner_error.request_id
    # end recipe
    return {"status": status, "code": code, "message": message, "requestId": len(request_id)}


def details(*roles: str) -> DelegatedAdminAccessDetails:
    return DelegatedAdminAccessDetails(unified_roles=[UnifiedRole(role_definition_id=role) for role in roles])


def matching(entity) -> RequestConfiguration:
    configuration = RequestConfiguration()
    configuration.headers.add("If-Match", entity.additional_data["@odata.etag"])
    return configuration


async def match_entity_tags():
    draft = await relationships.post(
        DelegatedAdminRelationship(
            display_name="Draft",
            duration="P90D",
            access_details=details(HELPDESK_ADMINISTRATOR),
        )
    )
    # recipe: if-match
    configuration = RequestConfiguration()
    configuration.headers.add("If-Match", draft.additional_data["@odata.etag"])
    one = relationships.by_delegated_admin_relationship_id(draft.id)
    renamed = await one.patch(DelegatedAdminRelationship(display_name="Renamed"), request_configuration=configuration)
    # end recipe
    try:
        await one.patch(DelegatedAdminRelationship(display_name="Stale"), request_configuration=matching(draft))
        refused = {}
    except ODataError as error:
        refused = {"status": error.response_status_code, "code": error.error.code}
    await one.delete(request_configuration=matching(await one.get()))
    return {"renamed": renamed.display_name, "refused": refused}


async def create_relationship():
    # recipe: gdap
    relationship = await client.tenant_relationships.delegated_admin_relationships.post(
        DelegatedAdminRelationship(
            display_name="Python",
            # As text: kiota writes a timedelta as "180 days, 0:00:00", which no Graph takes.
            duration="P180D",
            access_details=details(HELPDESK_ADMINISTRATOR),
        )
    )
    # end recipe
    made.relationship = relationship
    return {"status": relationship.status.value, "duration": relationship.duration, "end": relationship.end_date_time}


async def lock():
    one = relationships.by_delegated_admin_relationship_id(made.relationship.id)
    request = await one.requests.post(
        DelegatedAdminRelationshipRequest(action=DelegatedAdminRelationshipRequestAction.LockForApproval)
    )
    read = await one.get()
    return {"action": request.action.value, "status": read.status.value}


async def approve():
    # What the customer does in the admin center.
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{url}/_relata/gdap/{made.relationship.id}/approve", json={"tenantId": customer_id}
        )
    answer.raise_for_status()
    read = await relationships.by_delegated_admin_relationship_id(made.relationship.id).get()
    return {
        "status": read.status.value,
        "customer": read.customer.display_name,
        "tenant": read.customer.tenant_id,
        "end": read.end_date_time,
    }


async def assign():
    group = await client.groups.post(
        DirectoryGroup(
            display_name="Python technicians",
            mail_enabled=False,
            mail_nickname="python-technicians",
            security_enabled=True,
        )
    )
    assignments = relationships.by_delegated_admin_relationship_id(made.relationship.id).access_assignments
    assignment = await assignments.post(
        DelegatedAdminAccessAssignment(
            access_container=DelegatedAdminAccessContainer(
                access_container_id=group.id,
                access_container_type=DelegatedAdminAccessContainerType.SecurityGroup,
            ),
            access_details=details(HELPDESK_ADMINISTRATOR),
        )
    )
    read = await assignments.by_delegated_admin_access_assignment_id(assignment.id).get()
    listed = await assignments.get()
    return {
        "created": assignment.status.value,
        "read": read.status.value,
        "roles": [role.role_definition_id for role in read.access_details.unified_roles],
        "listed": len(listed.value),
    }


async def terminate():
    one = relationships.by_delegated_admin_relationship_id(made.relationship.id)
    request = await one.requests.post(
        DelegatedAdminRelationshipRequest(action=DelegatedAdminRelationshipRequestAction.Terminate)
    )
    read = await one.get()
    return {"action": request.action.value, "status": read.status.value}


async def read_customers():
    customers = await client.tenant_relationships.delegated_admin_customers.get()
    one = client.tenant_relationships.delegated_admin_customers.by_delegated_admin_customer_id(customer_id)
    services = await one.service_management_details.get()
    return {
        "customers": [[one.tenant_id, one.display_name] for one in customers.value],
        "services": sorted(service.service_name for service in services.value),
    }


async def keep_the_slash():
    """The SDK's own default is such an address: its host ends with a slash, and so do many settings of users."""
    ending = GraphRequestAdapter(provider)
    ending.base_url = f"{url}/v1.0/"
    groups = await GraphServiceClient(request_adapter=ending).sites.by_site_id("root").term_store.groups.get(
        request_configuration=RequestConfiguration(
            query_parameters=GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(select=["displayName"])
        )
    )
    return {"groups": [group.display_name for group in groups.value]}


async def main():
    async with credential:
        await run("sign-in", sign_in)
        await run("sign-in.certificate", sign_in_with_a_certificate)
        await run("sign-in.sync", sign_in_synchronously)
        await run("term-store.group", make_group)
        await run("term-store.set", make_sets)
        await run("term-store.term", make_terms)
        await run("term-store.pin", pin)
        await run("term-store.reuse", reuse)
        await run("term-store.relations", read_relations)
        await run("paging", page)
        await run("error", read_an_error)
        await run("if-match", match_entity_tags)
        await run("gdap.create", create_relationship)
        await run("gdap.lock", lock)
        await run("gdap.approve", approve)
        await run("gdap.assignment", assign)
        await run("gdap.terminate", terminate)
        await run("gdap.customers", read_customers)
        await run("slash", keep_the_slash)


asyncio.run(main())
