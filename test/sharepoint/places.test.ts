/**
 * What the endpoint says of a place (its children's number, the sets that show a term, the parent) against what walking
 * down every set shows, in taxonomies made at random of terms, pins, reuses and moves (exchange.md §13.3).
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOnPostgres } from '../_support/database.ts'
import { rounds } from '../_support/run-size.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

const root = '/_api/v2.1/termStore'
let server: TestServer
let taxonomy: Taxonomy

beforeAll(async () => {
  server = await startTestServer({ rateLimit: 'off' })
  taxonomy = taxonomyOver(server.send)
})
afterAll(() => server.close())

interface ShownTerm {
  readonly id: string
  readonly childrenCount: number
  readonly isAvailableForTagging: readonly { readonly setId: string; readonly isAvailable: boolean }[]
}

/** A step: what is done, and which of the terms and sets there are it is done with. */
const step = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'pin', 'pin', 'reuse', 'move', 'hide'),
  set: fc.nat(3),
  term: fc.nat(1000),
  parent: fc.nat(1000),
})
type Step = Parameters<Parameters<typeof step.map>[0]>[0]

class Walk {
  readonly sets: string[] = []
  readonly terms: string[] = []
  /** Terms made in each set. */
  readonly made = new Map<string, string[]>()

  /** Whatever the rules refuse is no step. */
  async take({ kind, set, term, parent }: Step): Promise<void> {
    const setId = this.sets[set] as string
    const termId = this.terms[term % Math.max(1, this.terms.length)]
    const here = this.made.get(setId) ?? []
    const above = here[parent % Math.max(1, here.length)]
    const under = parent % 3 === 0 || above === undefined ? {} : { term: above }
    try {
      if (kind === 'add') {
        const made = await taxonomy.term({ set: setId, ...under })
        this.terms.push(made)
        this.made.set(setId, [...here, made])
      } else if (termId === undefined) return
      else if (kind === 'move')
        await server.send('POST', `/v1.0/termStore/terms/${termId}/relata.move`, { set: setId, parent: above ?? null })
      else if (kind === 'hide')
        await server.send('PATCH', `${root}/sets/${setId}/terms/${termId}`, { isAvailableForTagging: term % 2 === 0 })
      else {
        const home = (await server.send('GET', `/v1.0/termStore/terms/${termId}/set`)).body.id
        await taxonomy[kind]({ set: home, term: termId }, { set: setId, ...under })
      }
    } catch (error) {
      if (!/: 4\d\d /.test((error as Error).message)) throw error
    }
  }
}

const list = async (path: string): Promise<readonly ShownTerm[]> => {
  const { status, body, text } = await server.send('GET', `${root}/${path}/getLegacyChildren?$top=1000`)
  expect(status, text).toBe(200)
  return body.value
}

/** Every term that a set shows, with the one above it there. */
const shownBy = async (set: string) => {
  const found = new Map<string, { readonly term: ShownTerm; readonly parent: string | undefined }>()
  const waiting: (string | undefined)[] = [undefined]
  for (const parent of waiting) {
    const children = await list(parent === undefined ? `sets/${set}` : `sets/${set}/terms/${parent}`)
    const count = parent === undefined ? undefined : found.get(parent)?.term.childrenCount
    if (count !== undefined) expect([parent, children.length]).toEqual([parent, count])
    for (const term of children) {
      expect(found.has(term.id), `${term.id} is shown once in a set`).toBe(false)
      found.set(term.id, { term, parent })
      waiting.push(term.id)
    }
  }
  return found
}

describe('places', () => {
  it('are told as walks show them', { tags: ['slow'], timeout: 120_000 }, async () => {
    let [apart, deep] = [0, 0]
    const property = fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 60 }), async (steps) => {
      const walk = new Walk()
      const group = await taxonomy.group()
      for (let at = 0; at < 4; at++) walk.sets.push(await taxonomy.set(group))
      for (const one of steps) await walk.take(one)
      const shown = new Map<string, Awaited<ReturnType<typeof shownBy>>>()
      for (const set of walk.sets) shown.set(set, await shownBy(set))
      for (const [set, terms] of shown) {
        expect((await server.send('GET', `${root}/sets/${set}`)).body.childrenCount).toBe(
          [...terms.values()].filter(({ parent }) => parent === undefined).length,
        )
        for (const [id, { term, parent }] of terms) {
          const expected = walk.sets.filter((other) => shown.get(other)?.has(id)).toSorted()
          expect(term.isAvailableForTagging.map(({ setId }) => setId).toSorted()).toEqual(expected)
          apart += Number(expected.length > 1)
          deep += Number(expected.length > 1 && parent !== undefined)
          const { body } = await server.send('GET', `${root}/sets/${set}/terms/${id}?$expand=parent`)
          expect([id, body.parent?.id]).toEqual([id, parent])
          expect([id, body.childrenCount]).toEqual([id, term.childrenCount])
        }
      }
    })
    await fc.assert(property, { numRuns: isOnPostgres ? rounds(8, 2) : rounds(25, 4), seed: 20 })
    // The walks have come to what they are for.
    expect(apart).toBeGreaterThan(20)
    expect(deep).toBeGreaterThan(20)
  })
})
