/** What batches do below the wire: shared commits, one transaction for a group, and what is remembered afterwards. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHub } from './hub-model.ts'

let hub: Awaited<ReturnType<typeof startHub>>
let write: typeof hub.store.write
beforeAll(async () => {
  hub = await startHub()
  write = hub.store.write
})
afterAll(async () => {
  expect(hub.faults).toEqual([])
  await hub.close()
})

const project = (id: number | string, more: object = {}) => ({
  id,
  method: 'POST',
  url: 'hub/projects',
  body: { displayName: `P${id}`, length: 'P1D' },
  ...more,
})
const run = async (requests: unknown[]) => {
  const { status, json } = await hub.send('POST', '/$batch', { requests })
  expect(status).toBe(200)
  return json.responses as {
    id: string
    status: number
    headers: Record<string, string>
    body: Record<string, string>
  }[]
}

/** Turns of the event loop in which the store's writes were answered. */
const turnsOf = async (work: () => Promise<unknown>): Promise<number[]> => {
  const turns: number[] = []
  let turn = 0
  let isOver = false
  const count = (): void => {
    turn += 1
    if (!isOver) setImmediate(count)
  }
  count()
  hub.store.write = (tenant, job) =>
    write(tenant, job).then((value) => {
      turns.push(turn)
      return value
    })
  try {
    await work()
  } finally {
    hub.store.write = write
    isOver = true
  }
  return turns
}

describe('the writes of a batch', () => {
  it('share a commit where they wait for nobody', async () => {
    const requests = Array.from({ length: 20 }, (_, at) => project(at))
    const turns = await turnsOf(async () => {
      expect((await run(requests)).map(({ status }) => status)).toEqual(requests.map(() => 201))
    })
    expect(turns).toHaveLength(20)
    expect(new Set(turns).size).toBe(1)
  })

  it('take a commit each where each waits for the one before', async () => {
    const requests = [project('a'), project('b', { dependsOn: ['a'] }), project('c', { dependsOn: ['b'] })]
    const turns = await turnsOf(() => run(requests))
    expect(new Set(turns).size).toBe(3)
  })

  it('are one transaction in a group', async () => {
    const requests = ['d', 'e', 'f'].map((id) => project(id, { atomicityGroup: 'g' }))
    expect(await turnsOf(() => run(requests))).toHaveLength(1)
  })

  it('fail together where the database cannot be written', async () => {
    const before = (await hub.send('GET', '/hub/projects/$count')).body
    hub.store.write = (tenant, job) =>
      write(tenant, async (tx) => {
        await job(tx)
        throw Object.assign(new Error('disk'), { name: 'Fault' })
      })
    try {
      const answers = await run([project('g', { atomicityGroup: 'all' }), project('h', { atomicityGroup: 'all' })])
      expect(answers.map(({ status }) => status)).toEqual([500, 500])
    } finally {
      hub.store.write = write
    }
    expect(hub.faults.splice(0)).toHaveLength(2)
    expect((await hub.send('GET', '/hub/projects/$count')).body).toBe(before)
  })
})

it('says for the log which items were refused, and by which check', async () => {
  const requests = [
    project('log'),
    { id: 'x\n', method: 'GET', url: '$batch' },
    project('log 2', { dependsOn: ['x\n'] }),
  ]
  const { check } = await hub.send('POST', '/$batch', { requests })
  expect(check).toBe(
    'requests/1 batch.url; docs/spec/protocol.md 1.12, requests/2 batch.dependsOn; docs/spec/protocol.md 1.12',
  )
  expect((await hub.send('POST', '/$batch', { requests: [project('log 3')] })).check).toBeUndefined()
})

describe('a group', () => {
  it('keeps entity tags: each item names the tag it left', async () => {
    const [made] = await run([project('tag')])
    const url = `hub/projects/${made?.body['id']}`
    const tag = made?.headers['ETag'] ?? ''
    const patch = (id: string, match: string, displayName: string) => ({
      id,
      method: 'PATCH',
      url,
      atomicityGroup: 'g',
      headers: { 'If-Match': match },
      body: { displayName },
    })
    const answers = await run([patch('1', tag, 'First'), patch('2', tag, 'Second')])
    expect(answers.map(({ status }) => status)).toEqual([424, 412])
    const now = await hub.send('GET', `/${url}`)
    expect([now.json.displayName, now.headers['ETag']]).toEqual(['Ptag', tag])
    const [one, two] = await run([patch('1', tag, 'First'), { ...patch('2', '*', 'Second') }])
    expect([one?.status, two?.status]).toEqual([200, 200])
    expect(one?.headers['ETag']).not.toBe(two?.headers['ETag'])
    expect((await hub.send('GET', `/${url}`)).headers['ETag']).toBe(two?.headers['ETag'])
  })

  it('leaves nothing behind that was read before it was undone', async () => {
    const list = { id: 'list', method: 'GET', url: 'hub/projects?$select=displayName', atomicityGroup: 'g' }
    const [, seen, failed] = await run([
      project('ghost', { atomicityGroup: 'g' }),
      list,
      { id: 'fails', method: 'GET', url: 'hub/projects/nobody', atomicityGroup: 'g' },
    ])
    expect([seen?.status, failed?.status]).toEqual([424, 404])
    const { body } = await hub.send('GET', '/hub/projects?$select=displayName')
    expect(body).not.toContain('Pghost')
  })
})

describe('any batch at all', () => {
  const odd = fc.constantFrom<unknown>(
    '',
    '1',
    'A',
    'a',
    'ü',
    0,
    null,
    true,
    [],
    {},
    ['1'],
    ['g'],
    ['a', 'A'],
    '$1',
    'x'.repeat(300),
  )
  const url = fc.oneof(
    fc.constantFrom(
      'hub',
      'hub/projects',
      '/v1.0/hub/projects?$top=1',
      '$1',
      '$1/tasks',
      '/$batch',
      'https://host/v1.0/hub',
    ),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    odd,
  )
  const item = fc.record(
    {
      id: fc.oneof(fc.integer({ min: 0, max: 30 }).map(String), odd),
      method: fc.oneof(fc.constantFrom('GET', 'POST', 'patch', 'DELETE', 'HEAD', 'OPTIONS', 'FROB'), odd),
      url,
      headers: fc.oneof(
        fc.dictionary(fc.constantFrom('Prefer', 'If-Match', 'Accept', 'content-type', 'x'), fc.string()),
        odd,
      ),
      body: fc.oneof(fc.jsonValue(), fc.constant({ displayName: 'Any', length: 'P1D' }), fc.base64String()),
      dependsOn: fc.oneof(fc.array(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 3 }), odd),
      atomicityGroup: fc.oneof(fc.constantFrom('g', 'h'), odd),
    },
    { requiredKeys: ['id', 'method', 'url'] },
  )

  it('is answered: whole with its faults, or each item by its id, never with a fault of ours', async () => {
    let whole = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof({ weight: 30, arbitrary: item }, odd), { maxLength: 22 }), async (given) => {
        // Without a good part of them numbered anew, hardly any batch would be taken.
        const requests = given.map((entry, at) =>
          at % 7 !== 6 && typeof entry === 'object' && entry !== null
            ? { ...entry, id: String(at), dependsOn: at > 3 ? ['1'] : [] }
            : entry,
        )
        const { status, json, headers } = await hub.send('POST', '/$batch', { requests })
        expect(headers['Content-Type']).toMatch(/^application\/json/)
        if (status !== 200) {
          expect([status, json.error.code]).toEqual([400, 'badRequest'])
          return
        }
        whole += 1
        expect(json.responses.map(({ id }: { id: string }) => id)).toEqual(
          requests.map((entry) => String((entry as { id: unknown }).id)),
        )
        for (const { status: inner } of json.responses) expect(inner === 501 || inner < 500, `${inner}`).toBe(true)
      }),
      { numRuns: 300 },
    )
    expect(whole).toBeGreaterThan(20)
  })
})
