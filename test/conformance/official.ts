/** The official OData ABNF test cases, and how our parsers answer them. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { AppError } from '#base/errors.ts'
import { dataBeside } from '../_support/data-beside.ts'

export interface Case {
  readonly Name: string
  readonly Rule: string
  readonly Input: string
  /** Offset in the input from which it is wrong; absent: it is right. */
  readonly FailAt?: number
}

const source = dataBeside('odata-abnf-testcases.yaml')

/** Why there are none; undefined: there are. */
export const missingCases = source.missing

/** Undefined where the data is not beside the repository. */
export const officialCases = (): readonly Case[] | undefined => {
  if (source.missing !== undefined) return undefined
  const { TestCases } = parse(readFileSync(source.url, 'utf8')) as { readonly TestCases: readonly Case[] }
  // An empty input is null in YAML.
  return TestCases.map((entry) => ({ ...entry, Input: String(entry.Input ?? '') }))
}

/** Offset in the text before percent-decoding of an offset after it. */
const encodedAt = (raw: string, decoded: number): number => {
  let at = 0
  let seen = 0
  while (at < raw.length && seen < decoded) {
    const run = /^(?:%[0-9a-f]{2})+/i.exec(raw.slice(at))?.[0]
    if (run === undefined) {
      at += 1
      seen += 1
      continue
    }
    const width = decodeURIComponent(run).length
    if (seen + width > decoded) return at + encodedWidth(run, decoded - seen)
    at += run.length
    seen += width
  }
  return at
}

/** Each byte of an escaped character takes three. */
const encodedWidth = (run: string, count: number): number =>
  Buffer.byteLength(decodeURIComponent(run).slice(0, count)) * 3

/** Where the value of the option starts in a raw query. */
const startOf = (raw: string, target: string): number => {
  let at = 0
  for (const part of raw.split('&')) {
    const name = decodeURIComponent(part.split('=', 1)[0] ?? '').toLowerCase()
    if (name.replace('$', '') === target.replace('$', '')) return at + part.indexOf('=') + 1
    at += part.length + 1
  }
  return 0
}

export type Answer = { readonly accepted: true } | { readonly accepted: false; readonly at: number | undefined }

/** `at`: the position the error names, in the raw text. */
export const answerTo = (parser: (text: string) => unknown, raw: string): Answer => {
  try {
    parser(raw)
    return { accepted: true }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const [, digits] = /position (\d+)/.exec(error.message) ?? []
    const target = error.facts.target ?? ''
    if (digits === undefined) return { accepted: false, at: undefined }
    const start = target.startsWith('$') || target.startsWith('@') ? startOf(raw, target) : 0
    return { accepted: false, at: start + encodedAt(raw.slice(start), Number(digits)) }
  }
}

/** Right cases are accepted, wrong ones refused where they are wrong. */
export const passes = (answer: Answer, { FailAt }: Case): boolean =>
  answer.accepted ? FailAt === undefined : FailAt !== undefined && answer.at === FailAt
