/** The published schema of faults and the reader agree, and the examples of docs/faults.md are of both. */
import { readFileSync } from 'node:fs'
import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { ruleReader } from '#faults/read-rules.ts'
import { faultSchemaName, faultSchemasOf } from '#faults/rule-schema.ts'
import { faultNames } from '#workloads/gdap/settings-flags.ts'

const validator = new Ajv2020.default({ strict: true, allErrors: true, allowUnionTypes: true })
const accepts = validator.compile(faultSchemasOf(faultNames).scenario)
const reader = ruleReader({ ...faultNames, tenantId: (name) => name })

const refusalOf = (value: unknown): string | undefined => {
  try {
    reader.scenario(value)
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error.facts.target ?? ''
    throw error
  }
}

const text = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8')
/** Rules and scenarios in the page: blocks of JSON, and what curl sends. */
const examples = [
  ...[...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, block = '']) => block),
  ...[...text.matchAll(/-d '(\{.*?\})'/gs)].map(([, body = '']) => body),
].map((block) => JSON.parse(block) as object)

describe('the schema of faults', () => {
  it('is the one that is published', () => {
    const published = readFileSync(new URL(`../../generated/${faultSchemaName}`, import.meta.url), 'utf8')
    expect(JSON.parse(published)).toEqual(faultSchemasOf(faultNames).scenario)
  })

  it('takes every example of the page, and so does the reader', () => {
    expect(examples.length).toBeGreaterThan(10)
    for (const example of examples) {
      const whole = 'rules' in example ? example : { rules: [example] }
      expect([example, accepts(whole), accepts.errors]).toEqual([example, true, null])
      expect([example, refusalOf(whole)]).toEqual([example, undefined])
    }
  })

  it('refuses what the reader refuses for its form', () => {
    for (const [rule, target] of [
      [{ what: { status: 399 } }, 'rules/0/what/status'],
      [{ what: { status: '503' } }, 'rules/0/what/status'],
      [{ what: { status: 503 }, rate: 2 }, 'rules/0/rate'],
      [{ what: { status: 503 }, rate: '0.5' }, 'rules/0/rate'],
      [{ what: { status: 503 }, times: 0 }, 'rules/0/times'],
      [{ what: { status: 503 }, where: { path: 'v1.0' } }, 'rules/0/where/path'],
      [{ what: { status: 503 }, where: { method: [] } }, 'rules/0/where/method'],
      [{ what: { status: 503 }, whit: 1 }, 'rules/0/whit'],
      [{ what: { status: 503 }, after: 'lunch' }, 'rules/0/after'],
      [{ what: { gdap: { failing: { machine: 'relationship' } } } }, 'rules/0/what/gdap/failing/machine'],
      [{ where: {} }, 'rules/0/what'],
    ] as const) {
      expect([rule, accepts({ rules: [rule] }), refusalOf({ rules: [rule] })]).toEqual([rule, false, target])
    }
  })
})
