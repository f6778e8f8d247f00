/** The published schema of seeds and the reader agree: what a validator of JSON Schema takes, the reader takes, and the other way round. */
import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { defaultSeed } from '#app/seed/default-seed.ts'
import { checkedSeed } from '#app/seed/format/seed-check.ts'
import { seedSchema } from '#app/seed/format/seed-schema.ts'
import { customerOf } from '#app/seed/packs/template.ts'
import { Faults } from '#base/errors.ts'
import { checkAgainst } from '#base/schema-check.ts'

const validator = new Ajv2020.default({ strict: true, allErrors: true, allowUnionTypes: true })
const accepts = validator.compile(seedSchema)

const takes = (value: unknown): boolean => {
  const faults = new Faults()
  checkAgainst(value, seedSchema, faults)
  return !faults.any
}

/** Every way to make one part of a value another one: another type, removed, or with a stranger beside it. */
const changesOf = function* (value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield* ['', ' x ', 7, null, value.toUpperCase(), `${value}é`.repeat(40)]
  else if (typeof value === 'boolean') yield* ['true', 1]
  else if (Array.isArray(value)) {
    yield* [{}, [], [...value, null]]
    for (const [at, one] of value.slice(0, 2).entries()) for (const next of changesOf(one)) yield value.with(at, next)
  } else if (typeof value === 'object' && value !== null) {
    yield* [[], 'x', { ...value, stranger: 1 }]
    for (const [name, one] of Object.entries(value)) {
      const { [name as never]: _, ...without } = value
      yield without
      for (const next of changesOf(one)) yield { ...value, [name]: next }
    }
  }
}

const rich = {
  $schema: '../generated/seed-1.schema.json',
  tenants: [
    {
      ...customerOf(0),
      id: '0f3b1c52-0d0a-4c3e-9a55-0000000000aa',
      initialDomain: 'a.example',
      domains: ['b.example'],
      countryLetterCode: 'DE',
      preferredLanguage: 'de-DE',
      isPartner: true,
      administrators: ['admin@alpine-bakery.example', { id: '0f3b1c52-0d0a-4c3e-9a55-0000000000ab' }],
      groups: [
        { displayName: 'G', type: 'security', isAssignableToRole: true, members: ['admin@alpine-bakery.example'] },
      ],
      sites: [{ path: 'sites/x', hostName: 'a.example', group: 'G' }],
      applications: [
        {
          id: '0f3b1c52-0d0a-4c3e-9a55-0000000000ac',
          displayName: 'App',
          appRoles: ['TermStore.Read.All'],
          secret: { environment: 'SECRET' },
          signIn: { isPublic: true, tokenVersion: 2, webRedirectUris: ['http://localhost'] },
        },
      ],
      termStore: {
        languages: ['en-US', 'de-DE'],
        defaultLanguage: 'en-US',
        groups: [
          {
            displayName: 'Words',
            managers: ['G'],
            sets: [
              {
                names: { 'en-US': 'S' },
                isOpen: true,
                terms: [
                  {
                    labels: { 'en-US': ['A', 'B'], 'de-DE': 'C' },
                    descriptions: { 'en-US': 'd' },
                    properties: { k: 'v' },
                    children: [{ labels: { 'en-US': 'E' } }],
                  },
                ],
              },
            ],
          },
        ],
      },
      relationships: [
        { displayName: 'R', duration: 'P30D', roles: ['Global Reader'], status: 'created', autoExtendDuration: 'PT0S' },
      ],
    },
  ],
}

describe('the schema of seeds', () => {
  it('takes the default seed, and so does the reader', () => {
    expect(accepts(defaultSeed), JSON.stringify(accepts.errors)).toBe(true)
    expect(checkedSeed(defaultSeed, true)).toBe(defaultSeed)
    expect(accepts(rich), JSON.stringify(accepts.errors)).toBe(true)
    expect(checkedSeed(rich, true)).toBe(rich)
  })

  it('and the reader agree on every small change', () => {
    let refused = 0
    let taken = 0
    for (const value of changesOf(rich)) {
      const isTaken = accepts(value)
      if (isTaken !== takes(value))
        expect([JSON.stringify(value), takes(value)]).toEqual([JSON.stringify(value), isTaken])
      if (isTaken) taken += 1
      else refused += 1
    }
    expect(refused).toBeGreaterThan(300)
    expect(taken).toBeGreaterThan(50)
  })
})
