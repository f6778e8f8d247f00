/**
 * The requests of docs/taxonomy.md, sent one after another to a server with the page's vocabulary, and what it shows of the
 * answers. A name in braces is an id: of the table, or taken from where an answer shows it first. `…` stands for anything,
 * at the end of a list for any more.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { blocksIn, pageAt } from './paste.ts'

const page = pageAt('docs/taxonomy.md')
const blocks = blocksIn(page, 'http')
const names = new Map([...page.matchAll(/^\| `(\{\w+\})` \| `([0-9a-f-]{36})` \|/gm)].map(([, name, id]) => [name, id]))

interface Block {
  readonly first: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

function blockOf(text: string): Block {
  const [head = '', ...rest] = text.trim().split('\n\n')
  const [first = '', ...lines] = head.split('\n')
  const headers = lines.map(
    (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const,
  )
  return { first, headers, body: rest.join('\n\n') }
}

function withIds(text: string): string {
  return text.replaceAll(/\{\w+\}/g, (name) => names.get(name) ?? name)
}

/** Takes the names that have no id yet, and compares everything else. */
function compare(shown: unknown, got: unknown, where: string): void {
  if (shown === '…') expect(got, where).toBeDefined()
  else if (typeof shown === 'string' && /^\{\w+\}$/.test(shown) && !names.has(shown)) {
    expect(got, where).toBeTruthy()
    names.set(shown, String(got))
  } else if (Array.isArray(shown)) {
    const isCut = shown.at(-1) === '…'
    if (!isCut) expect(got, where).toHaveLength(shown.length)
    for (const [at, one] of (isCut ? shown.slice(0, -1) : shown).entries())
      compare(one, (got as unknown[])[at], `${where}/${at}`)
  } else if (typeof shown === 'object' && shown !== null) {
    expect(got, where).toBeTypeOf('object')
    for (const [name, one] of Object.entries(shown))
      compare(one, (got as Record<string, unknown>)[name], `${where}/${name}`)
  } else expect(got, where).toEqual(typeof shown === 'string' ? withIds(shown) : shown)
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  const file = readFileSync(new URL('../../docs/taxonomy-journey.csv', import.meta.url))
  const headers = { 'Content-Type': 'application/octet-stream' }
  const post = async (path: string, body: string | Uint8Array<ArrayBuffer>) => {
    const answer = await fetch(`${server.http}/_relata/term-store/${path}`, { method: 'POST', headers, body })
    expect(answer.ok, await answer.clone().text()).toBe(true)
    return answer
  }
  const plan = await post('plan?file=taxonomy-journey.csv&addLanguages=true&fix=chars', new Uint8Array(file))
  const applied = await post('apply', await plan.text())
  const job = applied.headers.get('location') ?? ''
  await vi.waitFor(async () => expect(await (await fetch(job)).json()).toMatchObject({ state: 'done' }), 20_000)
})
afterAll(() => server.close())

it('shows an answer below each request', () => {
  expect(blocks.length).toBeGreaterThan(30)
  const kinds = blocks.map((block) => (/^HTTP\/1\.1 /.test(block) ? 'answer' : 'request'))
  expect(kinds).toEqual(kinds.map((_, at) => (at % 2 === 0 ? 'request' : 'answer')))
})

it('gets the answers that it shows', async () => {
  for (let at = 0; at < blocks.length; at += 2) {
    const [request, answer] = [blockOf(blocks[at] ?? ''), blockOf(blocks[at + 1] ?? '')]
    const [method = '', address = ''] = request.first.split(' ')
    const path = withIds(address.replace('TERMSTORE', '/v1.0/termStore'))
    const body = request.body === '' ? undefined : JSON.parse(withIds(request.body))
    const got = await server.send(method, path, body, { headers: Object.fromEntries(request.headers) })
    const where = `${method} ${address}`
    expect(`${got.status}: ${got.status === Number(answer.first.split(' ')[1]) ? '' : got.text}`, where).toBe(
      `${answer.first.split(' ')[1]}: `,
    )
    for (const [name, value] of answer.headers) compare(value, got.headers.get(name) ?? undefined, `${where} ${name}`)
    if (answer.body !== '') compare(JSON.parse(answer.body), got.body, where)
  }
})
