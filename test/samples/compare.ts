/** Sends the request of a sample and compares the answer with what the sample states. */
import { expect } from 'vitest'
import type { Answer, SendOptions, TestServer } from '../_support/server.ts'
import { noteDifferences } from '../_support/shown.ts'
import { type Difference, faultsOf, type Sample, type Shape, withMember } from './sample.ts'

/** The rows that a sample needs are there; these are their ids and the values of the request. */
export interface Ready extends SendOptions {
  /** Name in the address → value, as it stands in an address. */
  readonly at?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Header with the token of a person, where one asks and not the application. */
  readonly as?: Readonly<Record<string, string>>
}

const filled = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${template}: no value for ${name}`)
    return value
  })

const differenceAt = (sample: Sample, at: string): Difference | undefined =>
  sample.insteadOf?.find((difference) => difference.at === at)

/** What we are to answer: the sample, what it abbreviates, and where we differ. */
const expectedShape = (sample: Sample): Shape | undefined => {
  let shape = sample.answer
  if (shape === undefined) return undefined
  for (const { lacks } of sample.partial ?? []) {
    for (const [path, member] of Object.entries(lacks)) shape = withMember(shape, path, undefined, member)
  }
  for (const { at, documented, ours } of sample.insteadOf ?? []) {
    if (['address', 'status', 'context'].includes(at) || typeof documented === 'number' || typeof ours === 'number')
      continue
    shape = at === 'answer' ? ours : withMember(shape, at, documented, ours)
  }
  return shape
}

const expectHeaders = ({ headers = {} }: Sample, answer: Answer, values: Readonly<Record<string, string>>): void => {
  for (const [name, template] of Object.entries(headers)) {
    const [before = '', after = ''] = template.split('{new}').map((part) => filled(part, values))
    const value = answer.headers.get(name) ?? ''
    if (template.includes('{new}'))
      expect([value.startsWith(before), value.endsWith(after)], value).toEqual([true, true])
    else expect(value, name).toBe(before)
  }
}

/** The request is the documented one, with values of our own. */
const expectRequest = (sample: Sample, { body, headers = {} }: Ready): void => {
  expect(body === undefined, 'a body where the sample has one').toBe(sample.request === undefined)
  if (sample.request !== undefined) expect(faultsOf(sample.request, body, 'request')).toEqual([])
  expect(Object.keys(headers)).toEqual(sample.requestHeaders ?? [])
}

/** Where something is missing, the request does not go through `send`, which notes what is answered the same. */
const answerTo = async (server: TestServer, sample: Sample, path: string, { body, as, ...ready }: Ready) => {
  const options = { ...ready, headers: { ...ready.headers, ...as } }
  if (sample.hidesMissing !== true && sample.insteadOf?.some(({ isMissing }) => isMissing === true) !== true) {
    return server.send(sample.method, path, body, options)
  }
  const answer = await fetch(`${server.http}${path}`, {
    method: sample.method,
    headers: {
      authorization: `Bearer ${await server.token(options.tenant, options.app)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== ''
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

export async function compareWith(server: TestServer, sample: Sample, address: string, ready: Ready): Promise<Answer> {
  const { at = {} } = ready
  expectRequest(sample, ready)
  const path = filled(address, at)
  noteDifferences(sample.method, path, sample.insteadOf?.filter(({ at: place }) => place !== 'address') ?? [])
  const answer = await answerTo(server, sample, path, ready)
  const values = { ...at, origin: server.http, id: String(answer.body?.id ?? '') }
  expect(answer.status, answer.text).toBe(differenceAt(sample, 'status')?.ours ?? sample.status)
  expectHeaders(sample, answer, values)
  const shape = expectedShape(sample)
  if (shape === undefined) {
    if (answer.status < 400) expect(answer.text).toBe('')
    return answer
  }
  if (typeof shape === 'string') {
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(faultsOf(shape, Number(answer.text))).toEqual([])
    return answer
  }
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  expect(faultsOf(shape, answer.body)).toEqual([])
  const context = differenceAt(sample, 'context')?.ours ?? sample.context
  if (typeof context === 'string') {
    expect(answer.body['@odata.context']).toBe(`${server.http}${filled(context, values)}`)
  }
  return answer
}
