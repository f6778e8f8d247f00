/** The literal rules of the official OData ABNF test cases, read from beside the repository when they are there. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { lex, type TokenKind } from '#odata/lexer.ts'

interface Case {
  readonly Name: string
  readonly Rule: string
  readonly Input: string
  readonly FailAt?: number
}

/** Rule → the kinds of token that serve it. Values of strings in URLs and bodies are other rooms' matter. */
const served: Readonly<Record<string, readonly TokenKind[]>> = {
  stringLiteral: ['string'],
  guid: ['guid'],
  date: ['date'],
  dateValue: ['date'],
  dateTimeOffsetValue: ['dateTime'],
  dateTimeOffsetLiteral: ['dateTime'],
  dateTimeOffsetValueInUrl: ['dateTime'],
  timeOfDayValue: ['time'],
  timeOfDayLiteral: ['time'],
  decimalValue: ['number'],
  decimalLiteral: ['number'],
  doubleValue: ['number'],
  doubleLiteral: ['number'],
  singleValue: ['number'],
  singleLiteral: ['number'],
  byteValue: ['number'],
  sbyteValue: ['number'],
  sbyteLiteral: ['number'],
  int16Value: ['number'],
  int16Literal: ['number'],
  int32Value: ['number'],
  int32Literal: ['number'],
  int64Value: ['number'],
  int64Literal: ['number'],
  durationLiteral: ['duration', 'string'],
  enumLiteral: ['enum', 'string'],
  binaryLiteral: ['binary'],
  primitiveLiteral: ['number', 'string'],
}

/** Negative cases we accept on purpose: literals are read after percent-decoding, where these are good ones. */
const decoded: ReadonlySet<string> = new Set(['2012-09-03T23%3A59Z', '2012-09-03T23:59+01%3A00', '11%3A22%3a33'])

const source = new URL('../../../shared/data/odata-abnf-testcases.yaml', import.meta.url)

const cases = (): readonly Case[] => {
  const { TestCases } = parse(readFileSync(source, 'utf8')) as { readonly TestCases: readonly Case[] }
  return TestCases.filter(({ Rule }) => Object.hasOwn(served, Rule))
}

const isAccepted = (rule: string, input: string): boolean => {
  try {
    const tokens = lex(decodeURIComponent(input), rule)
    return tokens.length === 2 && (served[rule] ?? []).some((kind) => kind === tokens[0]?.kind)
  } catch {
    return false
  }
}

describe('the literals of the OData ABNF test cases', () => {
  if (!existsSync(source)) {
    it('are those of the official cases', ({ skip }) => skip('skipped, data not found'))
    return
  }
  it.each(cases().map((entry) => [entry.Rule, entry.Input, entry] as const))('%s: %s', (rule, input, entry) => {
    expect(isAccepted(rule, input)).toBe(entry.FailAt === undefined || decoded.has(input))
  })
})
