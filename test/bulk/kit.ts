/** What the tests of GDAP in bulk share: a server with three customers, a folder with templates, and the command. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { relata } from '../_support/command.ts'
import { helpdesk, relationships, rolesOf } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

export const securityReader = '5d6b6bb7-de71-4623-b4af-96380a352509'

export const customerId = (number: number): string =>
  `9a1c0000-0000-4000-8000-000000000c${String(number).padStart(2, '0')}`

/** Customers c01, c02, … are tenants of the server. */
export async function addCustomers(server: TestServer, count: number): Promise<void> {
  const tenants = Array.from({ length: count }, (_, at) => {
    const name = `c${String(at + 1).padStart(2, '0')}`
    const domain = `${name}.example`
    return { id: customerId(at + 1), displayName: name, defaultDomain: domain, administrators: [`ada@${domain}`] }
  })
  const answer = await fetch(`${server.http}/_relata/seed`, jsonPost({ seed: { tenants } }))
  if (!answer.ok) throw new Error(await answer.text())
}

export async function serverWithCustomers(
  count: number,
  more: Parameters<typeof startTestServer>[0] = {},
): Promise<TestServer> {
  const server = await startTestServer(more)
  await addCustomers(server, count)
  return server
}

export async function group(server: TestServer, displayName: string): Promise<string> {
  const body = { displayName, mailEnabled: false, mailNickname: `n${Math.random()}`.slice(2), securityEnabled: true }
  const answer = await server.send('POST', '/v1.0/groups', body)
  expect(answer.status, answer.text).toBe(201)
  return answer.body.id
}

/** Id of a relationship in force. */
export async function activeRelationship(
  server: TestServer,
  customer: string,
  displayName: string,
  roles: readonly string[] = [helpdesk],
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const made = await server.send('POST', relationships, {
    ...{ displayName, duration: 'P730D', autoExtendDuration: 'P180D', customer: { tenantId: customer } },
    ...{ accessDetails: rolesOf(...roles), ...more },
  })
  expect(made.status, made.text).toBe(201)
  await server.send('POST', `${relationships}/${made.body.id}/requests`, { action: 'lockForApproval' })
  await approve(server, made.body.id, customer)
  return made.body.id
}

export async function approve(server: TestServer, id: string, customer: string): Promise<void> {
  const answer = await server.customer('approve', id, { tenantId: customer })
  expect(answer.status, answer.text).toBe(200)
}

export async function assign(server: TestServer, id: string, groupId: string, ...roles: string[]): Promise<string> {
  const answer = await server.send('POST', `${relationships}/${id}/accessAssignments`, {
    accessContainer: { accessContainerId: groupId, accessContainerType: 'securityGroup' },
    accessDetails: rolesOf(...roles),
  })
  expect(answer.status, answer.text).toBe(201)
  return answer.body.id
}

/** Everything that waits for the service happens. */
export async function settle(server: TestServer): Promise<void> {
  await server.clock({ advance: 'PT1H' })
}

export async function named(server: TestServer, displayName: string) {
  const filter = encodeURIComponent(`displayName eq '${displayName}'`)
  const answer = await server.send('GET', `${relationships}?$filter=${filter}&$expand=accessAssignments`)
  return answer.body.value[0]
}

/** Answers every invitation that is open, of those with names that begin so. */
export async function approveAll(server: TestServer, prefix = ''): Promise<void> {
  const filter = encodeURIComponent(`status eq 'approvalPending' and startswith(displayName,'${prefix}')`)
  const { body } = await server.send('GET', `${relationships}?$filter=${filter}`)
  for (const { id, customer } of body.value) await approve(server, id, customer.tenantId)
  await settle(server)
}

export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'relata-bulk-'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), text)
  }
  return dir
}

/** `relata gdap …` against the server, as the daemon of the partner. */
export async function gdapOn(server: TestServer, ...args: readonly string[]) {
  return relata(['gdap', ...args, '--to', server.http], { RELATA_TOKEN: await server.token() })
}

export const settingsYaml = `format: relata-gdap/1
prefix: rel
defaults: { duration: P730D, autoExtend: P180D, lock: true, globalAdministrator: refuse, unknownRole: refuse }
unmanaged: keep
`

export const customersCsv = (lines: readonly string[]): string =>
  ['CustomerTenantId,CustomerName,Template,DurationDays,AutoExtendDays,State', ...lines, ''].join('\n')

/** The template of events.md §7.2. */
export const serviceDesk = (helpdeskGroup: string): string => `format: relata-template/1
name: service-desk
roles: [5d6b6bb7-de71-4623-b4af-96380a352509, Helpdesk Administrator]
assign:
  - { group: "M365 GDAP Security Reader", roles: [Security Reader] }
  - { group: { id: ${helpdeskGroup}, name: "M365 GDAP Helpdesk Administrator" }, roles: [Helpdesk Administrator] }
`

/** Customers c01 (new), c02 (active, without Security Reader) and c03 (right), and the folder of events.md §7.7. */
export async function workedExample(server: TestServer): Promise<string> {
  const readers = await group(server, 'M365 GDAP Security Reader')
  const desk = await group(server, 'M365 GDAP Helpdesk Administrator')
  await activeRelationship(server, customerId(2), 'rel_service-desk_f710b9fc_1')
  const roles = [helpdesk, securityReader]
  const right = await activeRelationship(server, customerId(3), 'rel_service-desk_9164f36f_1', roles)
  await assign(server, right, readers, securityReader)
  await assign(server, right, desk, helpdesk)
  await settle(server)
  const lines = [1, 2, 3].map((number) => `${customerId(number)},c0${number},service-desk,,,present`)
  return folderWith({
    'settings.yaml': settingsYaml,
    'templates/service-desk.yaml': serviceDesk(desk),
    'customers.csv': customersCsv(lines),
  })
}

/** All that the partner has, as far as two runs of the same can be compared. */
export async function endState(server: TestServer) {
  const { body } = await server.send('GET', `${relationships}?$expand=accessAssignments&$orderby=displayName`)
  type Row = Readonly<Record<string, never>> & { readonly accessAssignments: readonly Record<string, never>[] }
  return body.value.map(
    ({ displayName, status, duration, autoExtendDuration, accessDetails, accessAssignments }: Row) => ({
      ...{ displayName, status, duration, autoExtendDuration, accessDetails },
      assignments: accessAssignments.map((one) => JSON.stringify([one['status'], one['accessDetails']])).toSorted(),
    }),
  )
}
