/** Several nodes change one taxonomy and take changes back: each change has the next number, and is taken back once. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts, type Parts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import type { Actor } from '#edm/ports.ts'
import { seededPostgres } from '../_support/database.ts'
import { labels, taxonomyWith } from '../_support/taxonomy.ts'

const { contoso } = wellKnown
const actor: Actor = {
  kind: 'app',
  tenantId: contoso,
  appId: wellKnown.daemon,
  name: 'Nodes',
  permissions: new Set(['TermStore.ReadWrite.All']),
}
const root = '/termStore'

async function send({ handle }: Parts, method: string, path: string, body?: unknown) {
  const [at = '', query = ''] = path.split('?')
  const answer = await handle({
    method,
    version: 'v1.0',
    path: `${root}${at}`,
    query,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    origin: 'https://localhost',
    requestId: randomUUID(),
    clientRequestId: '',
    actor,
  })
  return { ...answer, json: JSON.parse(answer.body ?? 'null') }
}

it('numbers changes without a gap, and takes each back at one node', { timeout: 90_000 }, async () => {
  const { url, drop } = await seededPostgres()
  const open = () => openParts({ ...defaultConfig, database: undefined, databaseUrl: url })
  const nodes = [await open(), await open()] as const
  try {
    const made = taxonomyWith({
      create: async (path, body) => (await send(nodes[0], 'POST', path, body)).json.id,
      reference: (link, id) => ({ [link]: { id } }),
    })
    const set = await made.set(await made.group('Nodes'))
    const term = await made.term(set, 'one')
    const before = Number((await send(nodes[1], 'GET', '/relata.history()?$top=1')).json.value[0].id)
    await Promise.all(
      nodes.flatMap((node, of) =>
        Array.from({ length: 25 }, (_, at) =>
          send(node, 'POST', `/sets/${set}/children`, { labels: labels(`${of} ${at}`) }),
        ),
      ),
    )
    const found = (await send(nodes[0], 'GET', `/sets/${set}/relata.history()?branch=true&$top=50`)).json.value
    const numbers = found.map(({ id }: { id: string }) => Number(id))
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, at) => before + 50 - at))
    const renamed = await send(nodes[1], 'PATCH', `/sets/${set}/terms/${term}`, { labels: labels('two') })
    const undo = { changeId: renamed.headers['relata-change'] }
    const answers = await Promise.all(nodes.map((node) => send(node, 'POST', '/relata.undo', undo)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const faults: string[] = []
    await checkStore(nodes[0].store, {}, ({ rule, at, what }) => faults.push(`${rule} ${at}: ${what}`), contoso)
    expect(faults).toEqual([])
  } finally {
    for (const node of nodes) await node.close()
    await drop()
  }
})
