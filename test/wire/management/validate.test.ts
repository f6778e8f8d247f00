/** `relata.validate` over the wire: exchange.md §9.2, §12. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { set } from '#workloads/term-store/types.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'
import { refusal, root, type VerbKit, verbKitFor } from './kit.ts'

interface Found {
  rule: string
  severity: string
  set: string
  id: string | null
  path: string
  languageTag: string | null
  text: string
  fix: string | null
}

/** The first letter is Cyrillic. */
const cider = '\u0421ider'
const nowhere = '00000000-0000-4000-8000-00000000dead'

let server: TestServer
let kit: VerbKit
let made: Taxonomy
let group: string
let geo: string
let foods: string
const terms: Record<string, string> = {}

beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
  made = kit.made
  group = await made.group('To look over')
  geo = await made.set(group, 'Geo')
  foods = await made.set(group, 'Foods')
  terms['europe'] = await made.term(geo, 'Europe')
  terms['france'] = await made.term({ set: geo, term: terms['europe'] }, 'France')
  terms['bun'] = await made.term(foods, 'Bun')
  terms['cider'] = await made.term(foods, cider)
  terms['hidden'] = await made.term(foods, 'Bread\u200b')
})
afterAll(() => server.close())

const validate = (body: Record<string, unknown> = {}, at = root): Promise<Answer> =>
  server.send('POST', `${at}/relata.validate`, body)
const found = async (body?: Record<string, unknown>, at?: string): Promise<Found[]> => {
  const { status, text, body: answer } = await validate(body, at)
  expect(status, text).toBe(200)
  return answer.value
}
const namesOf = (findings: readonly Found[]): string[] => findings.map(({ rule }) => rule)

describe('relata.validate', () => {
  it('lists what is odd in a set, the gravest first, with all members of a finding', async () => {
    const findings = await found({ set: foods, rules: ['label-mixed-script', 'label-invisible'] })
    expect(findings).toEqual([
      {
        rule: 'label-invisible',
        severity: 'error',
        set: foods,
        id: terms['hidden'],
        path: 'Foods/Bread\u200b',
        languageTag: 'en-US',
        text: "The label 'Bread\u200b' has a character that cannot be seen.",
        fix: 'Write the label again.',
      },
      {
        rule: 'label-mixed-script',
        severity: 'warning',
        set: foods,
        id: terms['cider'],
        path: `Foods/${cider}`,
        languageTag: 'en-US',
        text: `A word of '${cider}' has Latin letters and Cyrillic or Greek ones.`,
        fix: null,
      },
    ])
  })

  it('finds what the control address finds', async () => {
    const lines = await (await fetch(`${server.http}/_relata/term-store/validate?set=${foods}`)).text()
    const there = lines.trimEnd().split('\n').slice(0, -1)
    const bare = (await found({ set: foods })).map((one) =>
      Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)),
    )
    expect(bare.length).toBeGreaterThan(3)
    expect(bare).toEqual(there.map((line) => JSON.parse(line)))
  })

  it('looks at a group, at a branch in its home set or another one, or at all', async () => {
    expect(new Set((await found({ group })).map(({ set }) => set))).toEqual(new Set([geo, foods]))
    const all = await found()
    expect(all).toEqual(expect.arrayContaining(await found({ set: geo })))
    expect(await found({ group: await made.group() })).toEqual([])
    const rules = ['missing-description', 'lonely-child']
    expect((await found({ term: terms['france'], rules })).map(({ rule, id }) => [rule, id])).toEqual([
      ['missing-description', terms['france']],
    ])
    expect((await found({ term: terms['europe'], set: geo, rules })).map(({ id }) => id)).toEqual([
      terms['europe'],
      terms['europe'],
      terms['france'],
    ])
    const away = await made.set(await made.group(), 'Away')
    await made.reuse({ set: geo, term: terms['europe'] ?? '' }, away)
    const local = await made.term({ set: away, term: terms['europe'] }, 'Only here')
    const top = await made.term(away, 'Not below it')
    const there = await found({ set: away, rules })
    expect(there.map(({ id }) => id)).toContain(top)
    expect((await found({ set: away, term: terms['europe'], rules })).map(({ set, id }) => [set, id])).toEqual([
      [away, local],
    ])
  })

  it('asks the rules that are named, or all but some', async () => {
    const usual = namesOf(await found({ set: geo }))
    expect(usual).toContain('lonely-child')
    expect(namesOf(await found({ set: geo, rules: ['lonely-child'] }))).toEqual(['lonely-child'])
    expect(namesOf(await found({ set: geo, rules: ['-lonely-child'] }))).toEqual(
      usual.filter((name) => name !== 'lonely-child'),
    )
  })

  it.each([
    [{ rules: ['lonely-kid'] }, 400, 'rules'],
    [{ rules: ['-'] }, 400, 'rules'],
    [{ rules: 'orphan' }, 400, 'rules'],
    [{ set: 'Geo' }, 404, 'set'],
    [{ set: nowhere }, 404, 'set'],
    [{ group: nowhere }, 404, 'group'],
    [{ term: nowhere }, 404, 'term'],
    [{ wish: true }, 400, 'wish'],
  ])('refuses %j', async (body, status, target) => {
    const answer = refusal(await validate(body))
    expect([answer.status, answer.target], answer.message).toEqual([status, target])
    expect(answer.code).toBe(status === 404 ? 'itemNotFound' : 'invalidRequest')
  })

  it('refuses a group beside a set, and a term that the set does not have', async () => {
    expect(refusal(await validate({ group, set: geo }))).toMatchObject({ status: 400, target: 'group' })
    expect(refusal(await validate({ set: geo, term: terms['bun'] }))).toMatchObject({ status: 404, target: 'term' })
  })

  it('refuses to look over more than 50,000 terms at once', async () => {
    const large = await kit.freshSet()
    await server.parts.store.write(wellKnown.contoso, (tx) => tx.add(set, large, { termCount: 50_001 }))
    const answers = [await validate(), await validate({ set: large })]
    await server.parts.store.write(wellKnown.contoso, (tx) => tx.add(set, large, { termCount: -50_001 }))
    for (const answer of answers) expect(refusal(answer)).toMatchObject({ status: 400, target: 'set' })
    expect((await validate()).status).toBe(200)
  })

  it('does not take a successor in another set for gone', async () => {
    const old = await made.term(geo, 'Gaul')
    await kit.onTerm(geo, old, 'deprecate', { replacedBy: terms['bun'] })
    expect(await found({ set: geo, rules: ['deprecated-successor', 'reference-broken'] })).toEqual([])
    const next = await made.term(foods, 'Tea')
    await kit.onTerm(geo, old, 'deprecate', { replacedBy: next })
    await kit.onTerm(foods, next, 'deprecate')
    const [one, ...others] = await found({ set: geo, rules: ['deprecated-successor', 'reference-broken'] })
    expect(one).toMatchObject({ rule: 'deprecated-successor', id: old })
    expect(one?.text).toContain('is deprecated itself')
    expect(others).toEqual([])
  })

  it('changes nothing', async () => {
    const answer = await validate({ set: geo })
    expect(answer.headers.get('relata-change')).toBeNull()
    expect(answer.body['@odata.context']).toContain('#Collection(relata.finding)')
  })
})

describe('what a path does not see', () => {
  let here: string
  let elsewhere: readonly string[]
  let secret: Taxonomy
  let secretGroup: string
  beforeAll(async () => {
    const sites = (await server.send('GET', '/v1.0/sites?search=*')).body.value
    const [first, second] = sites.map(({ id }: { id: string }) => `/v1.0/sites/${id}/termStore`)
    here = first
    elsewhere = [second, root]
    secretGroup = await made.group('Secret group')
    await server.send('POST', `${root}/groups/${secretGroup}/relata.move`, { siteId: sites[0].id })
    secret = taxonomyOver(server.send, here)
  })

  it('is not looked over', async () => {
    const set = await secret.set(secretGroup, 'Secret set')
    const term = await secret.term(set, `Secret ${cider}`)
    expect(JSON.stringify(await found({}, here))).toContain(`Secret ${cider}`)
    for (const at of elsewhere) {
      expect(JSON.stringify(await found({}, at)), at).not.toContain('Secret')
      for (const [name, id] of [
        ['group', secretGroup],
        ['set', set],
        ['term', term],
      ] as const)
        expect(refusal(await validate({ [name]: id }, at))).toMatchObject({ status: 404, target: name })
    }
  })

  it('is not told of by findings about what it sees', async () => {
    const set = await secret.set(secretGroup, 'Secret set of related terms')
    const shown = await secret.term(set, 'Shared')
    const uri = 'https://data.example/secret'
    const hidden = await secret.term(set, 'Secret related', { properties: [{ key: 'skos:uri', value: uri }] })
    const open = await made.set(group, 'Open set')
    await secret.reuse({ set, term: shown }, open)
    const own = await made.term(open, 'Own', {
      labels: labels('Own'),
      properties: [{ key: 'skos:related', value: uri }],
    })
    const rules = ['related-oneway']
    expect((await found({ set: open, rules }, here)).map(({ id, text }) => [id, text.includes(hidden)])).toEqual([
      [own, true],
    ])
    for (const at of elsewhere) expect(await found({ set: open, rules }, at), at).toEqual([])
  })
})

describe('with --strict', () => {
  it('it is not there', async () => {
    const strict = await startTestServer({ strict: true })
    try {
      expect((await strict.send('POST', '/beta/termStore/relata.validate', {})).status).toBe(400)
    } finally {
      await strict.close()
    }
  })
})
