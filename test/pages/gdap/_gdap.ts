/** Relationships of a test's own world, made through the API as a partner's program would, and counted journeys. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { PageWorld } from '../_pages.ts'

export const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
export const fabrikam = 'fab21ca0-0000-4000-8000-000000000002'

export const role = {
  helpdesk: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  user: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  securityReader: '5d6b6bb7-de71-4623-b4af-96380a352509',
  global: '62e90394-69f5-4237-9190-012177145e10',
}

interface Wanted {
  readonly name: string
  readonly days?: number
  readonly roles?: readonly string[]
  /** How far it goes. Absent: to `active`. */
  readonly until?: 'created' | 'approvalPending'
}

function bodyOf({ name, days = 365, roles = [role.helpdesk, role.user] }: Wanted) {
  return {
    displayName: name,
    duration: `P${days}D`,
    customer: { tenantId: fabrikam },
    accessDetails: { unifiedRoles: roles.map((roleDefinitionId) => ({ roleDefinitionId })) },
  }
}

export async function made(world: PageWorld, wanted: Wanted): Promise<string> {
  const { status, body } = await world.send('POST', relationships, bodyOf(wanted))
  expect(status).toBe(201)
  if (wanted.until === 'created') return body.id
  await world.send('POST', `${relationships}/${body.id}/requests`, { action: 'lockForApproval' })
  if (wanted.until === 'approvalPending') return body.id
  expect((await world.customer('approve', body.id, { tenantId: fabrikam })).status).toBe(200)
  return body.id
}

const mostInBatch = 20

/** So many drafts, `Draft 1` and on. */
export async function drafts(world: PageWorld, count: number): Promise<void> {
  for (let from = 0; from < count; from += mostInBatch) {
    const requests = Array.from({ length: Math.min(mostInBatch, count - from) }, (_, at) => ({
      id: String(at),
      method: 'POST',
      url: relationships.replace('/v1.0', ''),
      headers: { 'Content-Type': 'application/json' },
      body: bodyOf({ name: `Draft ${from + at + 1}`, until: 'created' }),
    }))
    const { body } = await world.send('POST', '/v1.0/$batch', { requests })
    expect(body.responses.map(({ status }: { status: number }) => status)).toEqual(requests.map(() => 201))
  }
}

export async function read(world: PageWorld, id: string) {
  return (await world.send('GET', `${relationships}/${id}`)).body
}

export async function group(world: PageWorld, name: string): Promise<string> {
  const { body } = await world.send('GET', `/v1.0/groups?$filter=displayName eq '${name}'`)
  return body.value[0].id
}

export async function assign(world: PageWorld, id: string, groupId: string, roleId = role.helpdesk): Promise<string> {
  const { status, body } = await world.send('POST', `${relationships}/${id}/accessAssignments`, {
    accessContainer: { accessContainerId: groupId, accessContainerType: 'securityGroup' },
    accessDetails: { unifiedRoles: [{ roleDefinitionId: roleId }] },
  })
  expect(status).toBe(201)
  return body.id
}

export async function assignments(world: PageWorld, id: string) {
  return (await world.send('GET', `${relationships}/${id}/accessAssignments`)).body.value
}

/** A rule that makes GDAP stuck, slow or failing. Answers what takes it away. */
export async function rule(world: PageWorld, gdap: unknown): Promise<() => Promise<unknown>> {
  const made = await world.control('POST', '/_relata/faults', { what: { gdap } })
  expect(made.status).toBe(201)
  const { id } = (await made.json()) as { id: string }
  return () => world.control('DELETE', `/_relata/faults/${id}`)
}

export async function advance(world: PageWorld, by: string): Promise<void> {
  expect((await world.control('POST', '/_relata/clock', { advance: by })).status).toBe(200)
}

/** Counts the clicks of a journey. */
export function clicker() {
  let clicks = 0
  return {
    count: () => clicks,
    click: async (target: Locator) => {
      clicks += 1
      await target.click()
    },
  }
}

/** Counts the keys of a journey; what is typed as text is not counted. */
export function typist(page: Page) {
  const pressed: string[] = []
  return {
    pressed: () => pressed,
    press: async (...keys: string[]) => {
      for (const key of keys) {
        pressed.push(key)
        await page.keyboard.press(key)
      }
    },
    type: (text: string) => page.keyboard.type(text),
  }
}

export const titleOf = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

/** What has the focus: its name, else its text. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent ?? ''`,
  )
}
