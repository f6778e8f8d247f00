"""msgraph-sdk as its documentation has it: nothing is set, and a proxy (`HTTPS_PROXY`) leads Microsoft's hosts to Relata."""

import asyncio
import os

from azure.identity.aio import ClientSecretCredential
from msgraph import GraphServiceClient

from steps import run

credential = ClientSecretCredential(
    os.environ["RELATA_TENANT"], os.environ["RELATA_CLIENT_ID"], os.environ["RELATA_SECRET"]
)
client = GraphServiceClient(credential)


async def read_groups():
    groups = await client.sites.by_site_id("root").term_store.groups.get()
    return {"groups": [group.display_name for group in groups.value], "context": groups.additional_data["@odata.context"]}


async def main():
    async with credential:
        await run("slash", read_groups)


asyncio.run(main())
