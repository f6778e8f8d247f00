/** Instance annotations of terms and sets, for who asks for them: decisions 25, exchange.md §9. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { createOver, labels, names, type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'

const root = '/v1.0/termStore'
const all = 'include-annotations="relata.*"'

let server: TestServer
let made: Taxonomy
let home: string
let away: string
let top: string
let child: string
let leaf: string

interface Row {
  readonly id: string
  readonly [name: string]: unknown
}

const list = async (path: string, prefer = `${all}, relata.listing=natural`): Promise<Row[]> => {
  const { status, body, text } = await server.send('GET', `${root}${path}`, undefined, { headers: { Prefer: prefer } })
  expect(status, text).toBe(200)
  return body.value
}
const annotated = ({ id, ...row }: Row) => ({
  id,
  ...Object.fromEntries(Object.entries(row).filter(([name]) => name.startsWith('@relata.'))),
})

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
  const group = await made.group('Annotations')
  home = await made.set(group, 'Home')
  away = await made.set(group, 'Away')
  top = await made.term(home, 'Top')
  child = await made.term({ set: home, term: top }, 'Child')
  leaf = await made.term({ set: home, term: child }, 'Leaf')
  await made.pin({ set: home, term: top }, away)
})
afterAll(() => server.close())

describe('Annotations of terms', () => {
  it('tell of the home, of a pin and of what it mirrors', async () => {
    const [own] = await list(`/sets/${home}/children`)
    expect(annotated(own as Row)).toEqual({
      id: top,
      '@relata.occurrence': {
        kind: 'home',
        relationId: null,
        homeSetId: home,
        childrenCount: 1,
        isAvailableForTagging: true,
      },
      '@relata.state': { isDeprecated: false, replacedBy: null, usesElsewhere: 1, problems: 0 },
      '@relata.order': null,
    })
    const [pinned] = await list(`/sets/${away}/children`)
    expect(pinned?.['@relata.occurrence']).toMatchObject({ kind: 'pin', homeSetId: home, childrenCount: 1 })
    expect(JSON.stringify(pinned)).toMatch(/"relationId":"r![\w-]+"/)
    const [mirrored] = await list(`/sets/${away}/terms/${top}/children`)
    expect(mirrored?.id).toBe(child)
    expect(mirrored?.['@relata.occurrence']).toMatchObject({ kind: 'mirror', relationId: null, childrenCount: 1 })
    expect(mirrored?.['@relata.state']).toMatchObject({ usesElsewhere: 1 })
    const flat = await list(`/sets/${away}/terms`)
    const kinds = new Map(flat.map((row) => [row.id, (row['@relata.occurrence'] as { kind: string }).kind]))
    expect(Object.fromEntries(kinds)).toEqual({ [top]: 'pin', [child]: 'mirror', [leaf]: 'mirror' })
  })

  it('tell of a reuse with what it has in the set alone', async () => {
    const set = await made.set(await made.group(), 'Reuses')
    await made.reuse({ set: home, term: child }, set)
    await made.term({ set, term: child }, 'Only here')
    const [reused] = await list(`/sets/${set}/children`)
    expect(reused?.['@relata.occurrence']).toMatchObject({ kind: 'reuse', homeSetId: home, childrenCount: 2 })
  })

  it('tell of states and of the order', async () => {
    const set = await made.set(await made.group(), 'States')
    const [a, b, c] = [await made.term(set, 'A'), await made.term(set, 'B'), await made.term(set, 'C')]
    await server.send('POST', `${root}/sets/${set}/relata.order`, { ids: [c, a] })
    await server.send('POST', `${root}/sets/${set}/terms/${a}/relata.deprecate`, { replacedBy: b })
    await server.send('POST', `${root}/sets/${set}/terms/${b}/relata.deprecate`, {})
    const rows = new Map((await list(`/sets/${set}/children`)).map((row) => [row.id, row]))
    expect([a, b, c].map((id) => rows.get(id)?.['@relata.order'])).toEqual([1, null, 0])
    expect(rows.get(a)?.['@relata.state']).toEqual({ isDeprecated: true, replacedBy: b, usesElsewhere: 0, problems: 1 })
  })

  it('count the rules that find something in a term, however often, but no remarks', async () => {
    const set = await made.set(await made.group(), 'Problems')
    const label = (name: string, isDefault = true) => ({ name, languageTag: 'en-US', isDefault })
    const term = await made.term(set, 'Problems', {
      // The first letters of the first two are Cyrillic; in the third there is a zero-width blank. None has a description.
      labels: [label('Сider'), label('Вread', false), label('But\u200bter', false)],
    })
    const [row] = await list(`/sets/${set}/children`)
    expect([row?.id, row?.['@relata.state']]).toEqual([term, expect.objectContaining({ problems: 2 })])
    const found = await server.send('POST', `${root}/relata.validate`, { set, term })
    const rules = found.body.value.flatMap(({ rule, severity }: Record<string, string>) =>
      severity === 'info' ? [] : [rule],
    )
    expect(new Set(rules)).toEqual(new Set(['label-mixed-script', 'label-invisible']))
  })

  it('are with a single term, and only those that are asked for', async () => {
    const { body, headers } = await server.send('GET', `${root}/sets/${home}/terms/${top}`, undefined, {
      headers: { Prefer: 'include-annotations="relata.state"' },
    })
    expect(Object.keys(annotated(body))).toEqual(['id', '@relata.state'])
    expect(headers.get('preference-applied')).toBe('include-annotations="relata.state"')
  })

  it('are absent where nobody asks, and with --strict', async () => {
    const [row] = await list(`/sets/${home}/children`, 'relata.listing=natural')
    expect(Object.keys(annotated(row as Row))).toEqual(['id'])
    const strict = await startTestServer({ strict: true })
    try {
      const beta = '/beta/termStore'
      const group = await createOver(strict.send, `${beta}/groups`, { displayName: 'Strict' })
      const set = await createOver(strict.send, `${beta}/sets`, {
        localizedNames: names('Set'),
        parentGroup: { id: group },
      })
      await createOver(strict.send, `${beta}/sets/${set}/children`, { labels: labels('Term') })
      const { body } = await strict.send('GET', `${beta}/sets/${set}/children`, undefined, { headers: { Prefer: all } })
      expect(Object.keys(annotated(body.value[0]))).toEqual(['id'])
    } finally {
      await strict.close()
    }
  })
})

describe('Annotations of sets', () => {
  it('tell how many terms are at the root', async () => {
    const rows = await list('/sets')
    const counts = new Map(rows.map((row) => [row.id, row['@relata.occurrence']]))
    expect(counts.get(home)).toMatchObject({ kind: 'home', childrenCount: 1, isAvailableForTagging: true })
    expect(counts.get(away)).toMatchObject({ childrenCount: 1 })
  })
})
