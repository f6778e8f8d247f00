/** `--ids N --clock INSTANT`: the same requests in the same order get the same bodies and headers, but `Date`. */
import { afterAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { type Answer, jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

/** Numbers from 0 to 1 that follow from a number. */
const fixedRandom = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const clock = new Date('2026-05-01T09:00:00Z')
const running: TestServer[] = []

const start = async (ids: number | undefined, at: Date | undefined = clock) => {
  // Links are the same on every port.
  const publicUrl = 'https://relata.example'
  const server = await startTestServer({ ids, clock: at, publicUrl, databaseUrl: undefined })
  running.push(server)
  return server
}

afterAll(() => Promise.all(running.map((server) => server.close())))

/** What one answer has, without its date. */
const shown = (what: string, { status, headers, text }: Answer): string => {
  const kept = [...headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`)
  return [what, status, ...kept, '', text].join('\n')
}

/** A long run of everything that makes ids, tags, tokens and instants. Which requests it sends follows from `seed`. */
const run = async (server: TestServer, seed: number): Promise<string[]> => {
  const random = fixedRandom(seed)
  const answers: string[] = []
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await server.send(method, path, body, { headers })
    answers.push(shown(`${method} ${path}`, answer))
    return answer.body
  }
  const control = async (path: string, body: unknown) => {
    const answer = await fetch(`${server.http}/_relata/${path}`, jsonPost(body))
    const text = await answer.text()
    answers.push(shown(path, { status: answer.status, headers: answer.headers, text, body: undefined }))
    return text === '' ? undefined : JSON.parse(text)
  }
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const { id: groupId } = await send('POST', '/v1.0/termStore/groups', { displayName: 'Run' })
  const sets: string[] = []
  for (const name of ['One', 'Two', 'Three'])
    sets.push(
      (
        await send('POST', '/v1.0/termStore/sets', {
          parentGroup: { id: groupId },
          localizedNames: [{ languageTag: 'en-US', name }],
        })
      ).id,
    )
  const terms: { set: string; id: string }[] = []
  const relationships: string[] = []
  let people = 0
  const label = (name: string) => ({ labels: [{ name, languageTag: 'en-US', isDefault: true }] })
  const all = '/v1.0/tenantRelationships/delegatedAdminRelationships'
  const steps: (() => Promise<unknown>)[] = [
    async () => {
      const set = pick(sets)
      const made = await send('POST', `/v1.0/termStore/sets/${set}/children`, label(`Term ${terms.length}`))
      terms.push({ set, id: made.id })
    },
    async () => {
      const { set, id } = pick(terms)
      const change = { descriptions: [{ languageTag: 'en-US', description: `${random()}` }] }
      await send('PATCH', `/v1.0/termStore/sets/${set}/terms/${id}`, change)
    },
    async () => {
      const { set, id } = pick(terms)
      const relationship = pick(['pin', 'reuse'])
      await send('POST', `/v1.0/termStore/sets/${set}/terms/${id}/relations`, { relationship, set: { id: pick(sets) } })
    },
    async () => {
      const page = await send('GET', `/v1.0/termStore/sets/${pick(sets)}/children?$top=2`)
      const next = page['@odata.nextLink'] as string | undefined
      if (next !== undefined) await send('GET', next.replace('https://relata.example', ''))
    },
    async () => {
      const made = await send('POST', all, {
        displayName: `Relationship ${relationships.length}`,
        duration: 'P90D',
        accessDetails: { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] },
      })
      relationships.push(made.id)
      await send('POST', `${all}/${made.id}/requests`, { action: 'lockForApproval' })
    },
    async () => {
      const customer = { tenantId: pick([wellKnown.fabrikam, wellKnown.northwind]) }
      await control(`gdap/${pick(relationships)}/${pick(['approve', 'reject'])}`, customer)
    },
    async () => {
      people += 1
      const name = `person${people}@contoso.example`
      const password = { password: 'Not-a-secret-1' }
      await send('POST', '/v1.0/users', {
        displayName: `Person ${people}`,
        userPrincipalName: name,
        mailNickname: `person${people}`,
        accountEnabled: true,
        passwordProfile: password,
      })
      await send('POST', '/v1.0/groups', {
        displayName: `Group ${people}`,
        mailNickname: `group${people}`,
        mailEnabled: false,
        securityEnabled: true,
      })
    },
    () => send('GET', `${all}?$top=3`),
    () => send('GET', `${all}/${pick(relationships)}/operations`),
    async () => {
      const found = await send('GET', `${all}/${pick(relationships)}`)
      await send('PATCH', `${all}/${found.id}`, { displayName: `${random()}` }, { 'if-match': found['@odata.etag'] })
    },
    () => send('GET', `/v1.0/termStore/sets/${pick(sets)}/terms/not-there`),
    () => send('POST', '/v1.0/termStore/groups', { displayName: 7 }),
    () => send('GET', '/v1.0/auditLogs/directoryAudits?$top=5'),
    () => control('clock', { advance: 'P1D' }),
    () => control('applications', { tenantId: wellKnown.contoso, displayName: 'App' }),
    () =>
      send('POST', '/v1.0/$batch', {
        requests: [
          { id: '1', method: 'GET', url: '/termStore' },
          { id: '2', method: 'GET', url: `/termStore/sets/${pick(sets)}` },
          {
            id: '3',
            method: 'POST',
            url: `/termStore/sets/${pick(sets)}/children`,
            headers: { 'Content-Type': 'application/json' },
            body: label('In a batch'),
          },
        ],
      }),
  ]
  for (const step of [0, 0, 4]) await steps[step]?.()
  for (let at = 0; at < 300; at += 1) {
    await pick(steps)()
    // Whoever looks whether the server is ready changes nothing of what others get.
    if (Math.random() < 0.1) await fetch(`${server.http}/ready`)
  }
  return answers
}

describe('a server with --ids and --clock', () => {
  it('answers the same requests with the same bytes', { tags: ['slow'] }, async () => {
    for (const seed of [1, 2]) {
      const [one, other] = [await run(await start(7), seed), await run(await start(7), seed)]
      expect(one.length).toBeGreaterThan(300)
      expect(other).toEqual(one)
    }
  })

  it('makes other ids from another number, and shows the instant at which its clock stands', async () => {
    const [one, other] = [await start(7), await start(8)]
    const made = async (server: TestServer) =>
      (await server.send('POST', '/v1.0/termStore/groups', { displayName: 'A' })).body
    const [first, second] = [await made(one), await made(other)]
    expect(first.id).not.toBe(second.id)
    expect(first.createdDateTime).toBe('2026-05-01T09:00:00Z')
    expect(await one.clock()).toEqual({ now: '2026-05-01T09:00:00.000Z', frozen: true })
  })

  it('begins again with a reset', async () => {
    const server = await start(9)
    const made = async () => (await server.send('POST', '/v1.0/termStore/groups', { displayName: 'A' })).text
    const before = await made()
    expect((await fetch(`${server.http}/_relata/reset`, jsonPost('{}'))).status).toBe(204)
    expect(await made()).toBe(before)
  })

  it('gives no id and no entity tag twice in a copy of a world', async () => {
    const server = await start(10)
    const all = '/v1.0/tenantRelationships/delegatedAdminRelationships'
    const { body } = await server.send('GET', all)
    const [draft] = body.value
    const rename = async (displayName: string, headers: Record<string, string> = {}) => {
      const { id } = draft
      const tag = (await server.send('GET', `${all}/${id}`, undefined, { headers })).body['@odata.etag']
      await server.send('PATCH', `${all}/${id}`, { displayName }, { headers: { ...headers, 'if-match': tag } })
      return (await server.send('GET', `${all}/${id}`, undefined, { headers })).body['@odata.etag'] as string
    }
    const seen = new Set<string>()
    for (const name of ['A', 'B', 'C']) seen.add(await rename(name))
    const wish = await fetch(`${server.http}/_relata/worlds`, jsonPost({ ids: 10 }))
    const { id } = (await wish.json()) as { id: string }
    for (const name of ['D', 'E', 'F']) seen.add(await rename(name, { 'relata-world': id }))
    expect(seen.size).toBe(6)
    const headers = { 'relata-world': id }
    const group = await server.send('POST', '/v1.0/termStore/groups', { displayName: 'New' }, { headers })
    expect(group.status).toBe(201)
  })
})

describe('a world with ids and a clock', () => {
  it('answers as another one that began alike', async () => {
    const server = await start(undefined, undefined)
    const begin = async () => {
      const wish = { ids: 3, clock: '2026-05-01T09:00:00Z' }
      return ((await (await fetch(`${server.http}/_relata/worlds`, jsonPost(wish))).json()) as { id: string }).id
    }
    const made = async (world: string) => {
      const headers = { 'relata-world': world }
      return (await server.send('POST', '/v1.0/termStore/groups', { displayName: 'A' }, { headers })).text
    }
    const [one, other] = [await begin(), await begin()]
    expect(await made(one)).toBe(await made(other))
  })

  it('begins again with a reset, with its own clock and ids', async () => {
    const server = await start(undefined, undefined)
    const wish = { ids: 4, clock: '2026-05-01T09:00:00Z' }
    const answer = await fetch(`${server.http}/_relata/worlds`, jsonPost(wish))
    const headers = { 'relata-world': ((await answer.json()) as { id: string }).id }
    const made = async () =>
      (await server.send('POST', '/v1.0/termStore/groups', { displayName: 'A' }, { headers })).text
    const before = await made()
    const { headers: type, ...post } = jsonPost('{}')
    await fetch(`${server.http}/_relata/reset`, { ...post, headers: { ...type, ...headers } })
    expect(await made()).toBe(before)
  })
})
