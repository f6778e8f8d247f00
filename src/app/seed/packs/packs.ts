/** The packs by name. */
import { defaultSeed } from '../default-seed.ts'
import { emptySeed } from './empty.ts'
import { fillCustomers } from './many-customers.ts'
import { mspSeed } from './msp.ts'
import type { Pack } from './pack.ts'
import { fillTerms, taxonomySeed } from './taxonomy.ts'

export const packs = {
  empty: {
    doc: 'the well-known companies with administrators and applications, without groups, terms and relationships',
    seed: emptySeed,
  },
  contoso: {
    doc: 'the demo companies: a library’s taxonomy, and relationships of a partner at three stages',
    seed: () => defaultSeed,
  },
  msp: { doc: 'a partner with 25 customers, and relationships in every state', seed: mspSeed },
  'msp-9k': { doc: 'the same partner with 9,000 customers', seed: mspSeed, fill: fillCustomers },
  'taxonomy-30k': {
    doc: '30,000 terms of Contoso in two sets of 15,000',
    seed: taxonomySeed,
    fill: fillTerms({ sets: 2, termsInSet: 15_000 }),
  },
  // A store has at most 1,000,000: there is room for some more.
  'taxonomy-1m': {
    doc: '999,000 terms of Contoso in 500 sets',
    seed: taxonomySeed,
    fill: fillTerms({ sets: 500, termsInSet: 1_998 }),
    isLarge: true,
  },
} as const satisfies Readonly<Record<string, Pack>>

export type PackName = keyof typeof packs

export const packNames = Object.keys(packs) as readonly PackName[]

/** `default` is an older name of `contoso`. */
export function packNamed(text: string): PackName | undefined {
  const name = text.toLowerCase()
  return name === 'default' ? 'contoso' : packNames.find((one) => one === name)
}

export function packOf(name: PackName): Pack {
  return packs[name]
}
