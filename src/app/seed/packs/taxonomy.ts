/**
 * The packs `taxonomy-30k` and `taxonomy-1m`: many terms in Contoso's term store, of three levels. The rules make the first
 * set and its first terms; the others are rows like these.
 */
import { instantOf } from '#base/clock.ts'
import { fold } from '#base/text/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Tx } from '#edm/ports.ts'
import { set, term, store as termStore } from '#workloads/term-store/types.ts'
import { tenants } from '../default-seed.ts'
import type { KnownTenants } from '../format/seed-check.ts'
import type { Seed, SeedTermGroup } from '../format/seed-format.ts'
import { guid, wellKnown } from '../seed-data.ts'
import type { SeedFacts } from '../seed-facts.ts'
import { emptySeed } from './empty.ts'
import type { SeedProgress } from './pack.ts'

const { contoso } = wellKnown
const groupId = guid(contoso, '6200', 0x1000)
const rowsAtOnce = 1_000
const [branches, limbs] = [10, 100]

const [kinds, places, things] = [
  ['Red', 'Blue', 'Green', 'White', 'Black', 'Amber', 'Ivory', 'Coral', 'Olive', 'Slate'],
  ['North', 'South', 'East', 'West', 'Upper', 'Lower', 'Inner', 'Outer', 'Old', 'New'],
  ['Bridge', 'Harbour', 'Garden', 'Market', 'Tower', 'Mill', 'Orchard', 'Station', 'Library', 'Quarry'],
] as const

function setId(number: number): string {
  return guid(contoso, '5e70', 0x1000 + number)
}

/** `at`: in the set. */
function termId(number: number, at: number): string {
  return guid(contoso, '7e21', 0x100_0000 + number * 0x1_0000 + at)
}

function nameOfSet(number: number): string {
  return `Catalogue ${number + 1}`
}

function nameOfTerm(at: number): string {
  return `${kinds[at % 10]} ${places[Math.floor(at / 10) % 10]} ${things[Math.floor(at / 100) % 10]} ${at + 1}`
}

function labelsOf(at: number) {
  return { 'en-US': [nameOfTerm(at), `Item ${at + 1}`] }
}

/** Where a term stands: the first are at the top, those after them below these, all others below those. */
function placeOf(at: number) {
  if (at < branches) return { level: 1, parent: undefined }
  if (at < branches + limbs) return { level: 2, parent: at % branches }
  return { level: 3, parent: branches + (at % limbs) }
}

export interface Size {
  readonly sets: number
  readonly termsInSet: number
}

/** The group with its first set and one term of each level. */
function firstOf(): SeedTermGroup {
  const at = (number: number) => ({ id: termId(0, number), labels: labelsOf(number) })
  const leaf = branches + limbs
  const top = placeOf(placeOf(leaf).parent ?? 0).parent ?? 0
  return {
    id: groupId,
    displayName: 'Catalogues',
    description: 'Many terms.',
    sets: [
      {
        id: setId(0),
        names: { 'en-US': nameOfSet(0) },
        terms: [{ ...at(top), children: [{ ...at(placeOf(leaf).parent ?? 0), children: [at(leaf)] }] }],
      },
    ],
  }
}

/** Where Contoso is there already, the group is added to it. */
export function taxonomySeed(known: KnownTenants): Seed {
  const groups = [firstOf()]
  if (known.find(contoso) !== undefined) return { tenants: [{ ...idOnly, termStore: { groups } }] }
  return {
    tenants: emptySeed().tenants.map((tenant) =>
      tenant.id === contoso ? { ...tenant, termStore: { ...tenant.termStore, groups } } : tenant,
    ),
  }
}

const [{ id, displayName, defaultDomain }] = tenants
const idOnly = { id, displayName, defaultDomain }

interface Models {
  readonly set: RowOf<typeof set>
  /** By level, from 1 on. */
  readonly terms: ReadonlyMap<number, RowOf<typeof term>>
}

async function modelsOf({ store }: SeedFacts): Promise<Models> {
  return store.read(contoso, async (tx) => {
    const first = await tx.get(set, setId(0))
    if (first === undefined) throw new Error('the pack has a first set')
    const terms = await tx.find(term, { setId: first.id })
    return { set: first, terms: new Map(terms.map((row) => [row.level, row])) }
  })
}

interface Part {
  readonly models: Models
  readonly number: number
  readonly from: number
  readonly to: number
  readonly now: string
}

/** Returns how many were added: the rules have made some. */
async function addTerms(tx: Tx, { models, number, from, to, now }: Part): Promise<number> {
  let added = 0
  for (let at = from; at < to; at += 1) {
    const { level, parent } = placeOf(at)
    const model = models.terms.get(level)
    if (model === undefined) throw new Error(`the pack has a term of level ${level}`)
    const own = termId(number, at)
    if (number === 0 && [...models.terms.values()].some((row) => row.id === own)) continue
    const name = nameOfTerm(at)
    await tx.insert(term, {
      ...model,
      id: own,
      setId: setId(number),
      parentId: parent === undefined ? null : termId(number, parent),
      labels: [
        { name, languageTag: 'en-US', isDefault: true },
        { name: `Item ${at + 1}`, languageTag: 'en-US', isDefault: false },
      ],
      sortKey: fold(name),
      createdDateTime: now,
      lastModifiedDateTime: now,
    })
    added += 1
  }
  return added
}

/** Writes the terms, so many at once that memory stays as it is. */
export function fillTerms({ sets, termsInSet }: Size) {
  return async (facts: SeedFacts, progress: SeedProgress): Promise<void> => {
    const models = await modelsOf(facts)
    const now = instantOf(facts.clock.now())
    const storeId = models.set.storeId
    for (let number = 0; number < sets; number += 1) {
      for (let from = 0; from < termsInSet; from += rowsAtOnce) {
        const to = Math.min(from + rowsAtOnce, termsInSet)
        await facts.store.write(contoso, async (tx) => {
          if (from === 0 && number > 0) {
            const localizedNames = [{ name: nameOfSet(number), languageTag: 'en-US' }]
            const sortKey = fold(nameOfSet(number))
            await tx.insert(set, { ...models.set, id: setId(number), localizedNames, sortKey, termCount: 0 })
            await tx.add(termStore, storeId, { setCount: 1 })
          }
          const added = await addTerms(tx, { models, number, from, to, now })
          await tx.add(set, setId(number), { termCount: added })
          await tx.add(termStore, storeId, { termCount: added })
        })
        progress({ what: 'terms', done: number * termsInSet + to, of: sets * termsInSet })
      }
    }
  }
}
