/**
 * Reading is linear in its input: twice the text costs about twice the steps. Steps are counted, not timed: V8 counts
 * how often each block of our code runs, and every use of a regular expression adds what it may have looked at.
 * @module-tag slow
 */
import { Session } from 'node:inspector/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError, Faults } from '#base/errors.ts'
import type { Model } from '#edm/model.ts'
import { readBody, readJson } from '#odata/body/body-in.ts'
import { readCondition } from '#odata/headers/etag.ts'
import { readPrefer } from '#odata/headers/prefer.ts'
import { readOptions } from '#odata/query/options.ts'
import { resolvePath } from '#odata/url/path.ts'
import { shopModels } from '../reference/model.ts'

const model: Model = shopModels['v1.0']
const session = new Session()
beforeAll(async () => {
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
})
afterAll(async () => {
  await session.post('Profiler.stopPreciseCoverage')
  session.disconnect()
})

const isOurs = (url: string): boolean => /\/src\/(odata|base|edm|http)\//.test(url)

/** Characters regular expressions were given, from where each began. */
let looked = 0
const { exec } = RegExp.prototype
const counted = function (this: RegExp, text: string): RegExpExecArray | null {
  const from = this.sticky || this.global ? this.lastIndex : 0
  const found = exec.call(this, text)
  // A sticky one looks at what it matched, and a little further; another at all it passed over.
  const to = found === null ? (this.sticky ? from : `${text}`.length) : found.index + found[0].length
  looked += Math.max(0, to - from) + 1
  return found
}

const stepsOf = async (work: () => unknown): Promise<number> => {
  await session.post('Profiler.takePreciseCoverage')
  looked = 0
  RegExp.prototype.exec = counted as typeof exec
  try {
    work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  } finally {
    RegExp.prototype.exec = exec
  }
  const { result } = await session.post('Profiler.takePreciseCoverage')
  let steps = looked
  for (const { url, functions } of result) {
    if (!isOurs(url)) continue
    for (const { ranges } of functions) for (const { count } of ranges) steps += count
  }
  return steps
}

/** Doubles an input until it is long; each doubling may about double the steps. */
const expectLinear = async (
  work: (size: number) => () => unknown,
  sizes = [25, 50, 100, 200, 400, 800, 1600],
): Promise<void> => {
  work(sizes[0] ?? 1)
  const steps: number[] = []
  // Once before, so that what is read once and kept is not counted.
  for (const size of sizes) steps.push(await stepsOf(work(size)))
  const grown = steps.map((count, at) => (at === 0 ? 0 : count / ((steps[at - 1] ?? 0) + 500)))
  for (const factor of grown) expect(factor, `steps ${steps.join(', ')}`).toBeLessThan(2.5)
}

const { type } = model.view('shop.product')
const options = (query: string) => () => readOptions(model, type, query, { collection: true, strict: false })
const path =
  (text: string, query = '') =>
  () =>
    resolvePath(model, text, false, query)
const repeated = (part: string, between: string, size: number) => Array.from({ length: size }, () => part).join(between)
const encodedAll = (text: string) =>
  [...text].map((sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')

describe('the count of steps', () => {
  it('is honest: a quadratic reader is found out', async () => {
    const slow = (size: number) => () => {
      for (let at = 0; at < size; at += 1) readPrefer('a, '.repeat(size))
    }
    await expect(expectLinear(slow, [10, 20, 40, 80])).rejects.toThrow(/steps/)
  })
})

describe('query options', () => {
  it.each<[string, (size: number) => string]>([
    ['a chain of or', (size) => `$filter=${repeated("name eq 'a'", ' or ', size)}`],
    ['a chain of and not', (size) => `$filter=${repeated('not (stock eq 1)', ' and ', size)}`],
    ['a list', (size) => `$filter=name in (${repeated("'a'", ',', size)})`],
    ['open brackets', (size) => `$filter=${'('.repeat(size)}`],
    ['nested brackets', (size) => `$filter=${'('.repeat(size)}stock eq 1${')'.repeat(size)}`],
    ['nested not', (size) => `$filter=${'not '.repeat(size)}true`],
    ['nested functions', (size) => `$filter=${'tolower('.repeat(size)}name${')'.repeat(size)} eq 'a'`],
    ['nested any', (size) => `$filter=${'tags/any(t:'.repeat(size)}`],
    ['arithmetic', (size) => `$filter=${repeated('stock', ' add ', size)} eq 1`],
    ['minus signs', (size) => `$filter=${'-'.repeat(size)}1 eq 1`],
    ['a long string', (size) => `$filter=name eq '${'a'.repeat(size)}'`],
    ['doubled quotes', (size) => `$filter=name eq '${"''".repeat(size)}'`],
    ['a string without an end', (size) => `$filter=name eq '${"''".repeat(size)}`],
    ['a long number', (size) => `$filter=stock eq ${'9'.repeat(size)}`],
    ['a long name', (size) => `$filter=${'a'.repeat(size)} eq 1`],
    ['a long path', (size) => `$filter=${repeated('category', '/', size)} eq 1`],
    ['spaces', (size) => `$filter=stock${' '.repeat(size)}eq${'\t'.repeat(size)}1`],
    ['percent escapes', (size) => `$filter=${encodedAll(`name eq '${'a'.repeat(size)}'`)}`],
    ['plus signs', (size) => `$filter=stock${'+'.repeat(size)}eq+1`],
    ['a list of names', (size) => `$select=${repeated('name', ',', size)}`],
    ['a list of paths', (size) => `$select=${repeated('price/amount', ',', size)}`],
    ['keys of order', (size) => `$orderby=${repeated('name desc', ',', size)}`],
    ['expanded links', (size) => `$expand=${repeated('parts', ',', size)}`],
    ['nested expands', (size) => `$expand=${'category($expand='.repeat(size)}products${')'.repeat(size)}`],
    ['options in an expand', (size) => `$expand=parts(${repeated("$filter=name eq 'a;b'", ';', size)})`],
    ['open expands', (size) => `$expand=${'parts('.repeat(size)}`],
    ['searched words', (size) => `$search=${repeated('word', ' ', size)}`],
    ['a search in brackets', (size) => `$search=${'('.repeat(size)}a${')'.repeat(size)}`],
    ['a search without an end', (size) => `$search="${'a '.repeat(size)}`],
    ['options', (size) => repeated('x=1', '&', size)],
    ['aliases', (size) => Array.from({ length: size }, (_, at) => `@a${at}=1`).join('&')],
    ['uses of an alias', (size) => `$filter=${repeated('stock eq @a', ' or ', size)}&@a=1`],
    ['an alias that is long', (size) => `$filter=@a and @a&@a=${repeated('stock eq 1', ' or ', size)}`],
    ['aliases of an expand', (size) => `$expand=parts($filter=${repeated('weight eq @a', ' or ', size)};@a=1)`],
    ['brackets around aliases', (size) => `$expand=${'parts(@a=1;$expand='.repeat(size)}`],
    ['an object', (size) => `$filter=price eq {${repeated('"amount":1', ',', size)}}`],
    ['objects in a list', (size) => `$filter=price in (${repeated('{"amount":1}', ',', size)})`],
    ['a delta token', (size) => `$deltatoken=${'x'.repeat(size)}`],
    ['equals signs', (size) => `$filter=${'='.repeat(size)}`],
    ['a token', (size) => `$skiptoken=${'x'.repeat(size)}`],
  ])('are read in linear time: %s', (_, text) => expectLinear((size) => options(text(size))))
})

describe('addresses', () => {
  it.each<[string, (size: number) => string]>([
    ['segments', (size) => `/categories/a${'/children/a'.repeat(size)}`],
    ['slashes', (size) => '/'.repeat(size)],
    ['a long key', (size) => `/products/${'a'.repeat(size)}`],
    ['quotes in a key', (size) => `/products('${"''".repeat(size)}')`],
    ['a key without an end', (size) => `/products('${"''".repeat(size)}`],
    ['brackets', (size) => `/products${'('.repeat(size)}`],
    ['escapes', (size) => `/products/${'%41'.repeat(size)}`],
    ['parameters', (size) => `/products/withTag(${repeated("tag='x'", ',', size)})`],
    [
      'other parameters',
      (size) => `/products/withTag(${Array.from({ length: size }, (__, at) => `a${at}=1`).join(',')})`,
    ],
    ['a parameter without an end', (size) => `/products/withTag(tag='${"''".repeat(size)}`],
    ['conditions', (size) => `/products${'/$filter(stock%20eq%201)'.repeat(size)}`],
    ['slashes in a condition', (size) => `/products/$filter(${repeated('a', '/', size)})`],
    ['an open condition', (size) => `/products/$filter(${"'a/".repeat(size)}`],
    ['parts of a key', (size) => `/products(${Array.from({ length: size }, (__, at) => `a${at}=1`).join(',')})`],
    ['dots', (size) => `/products/${'a.'.repeat(size)}`],
  ])('are read in linear time: %s', (_, text) => expectLinear((size) => path(text(size))))
})

describe('headers and bodies', () => {
  it.each<[string, (size: number) => () => unknown]>([
    ['preferences', (size) => () => readPrefer(repeated('a=b', ', ', size))],
    ['quoted preferences', (size) => () => readPrefer(`a="${'\\"'.repeat(size)}`)],
    ['separators of preferences', (size) => () => readPrefer(';'.repeat(size))],
    ['entity tags', (size) => () => readCondition('If-Match', repeated('W/"a"', ', ', size))],
    ['commas between tags', (size) => () => readCondition('If-Match', ','.repeat(size))],
    ['spaces before a tag', (size) => () => readCondition('If-Match', ' '.repeat(size))],
    ['members', (size) => () => body(Object.fromEntries(Array.from({ length: size }, (_, at) => [`x${at}`, 1])))],
    ['elements', (size) => () => body({ notes: Array.from({ length: size }, () => ({ text: 'a', nope: 1 })) })],
    ['annotations', (size) => () => body({ [`category${'@odata.bind'.repeat(size)}`]: 'a' })],
    ['an address', (size) => () => body({ 'category@odata.bind': '/'.repeat(size) })],
    ['brackets in an address', (size) => () => body({ 'category@odata.bind': `${"('".repeat(size)}a` })],
  ])('are read in linear time: %s', (_, work) => expectLinear(work))

  const body = (json: object) =>
    readBody(model.view('shop.product'), readJson(Buffer.from(JSON.stringify(json))), new Faults(), { model })
})
