/** Imports and exports over the wire, for tests: `/_relata/term-store` of a server, as whoever has no token. */
import { expect } from 'vitest'
import type { TestServer } from './server.ts'

export type Query = Readonly<Record<string, string | readonly string[]>>

export function queryOf(query: Query): string {
  const all = new URLSearchParams()
  for (const [name, values] of Object.entries(query))
    for (const value of typeof values === 'string' ? [values] : values) all.append(name, value)
  return String(all)
}

interface Line {
  readonly action: string
  readonly at: { readonly path: string; readonly line: number }
  readonly faults: readonly { readonly code: string; readonly text: string }[]
  readonly changes: readonly { readonly member: string; readonly to: unknown }[]
  readonly remark?: { readonly code: string }
}

/** `serverOf`: the server, once it is there. */
export function importsOver(serverOf: () => TestServer) {
  async function ask(path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<string> {
    const headers = { 'content-type': 'application/octet-stream' }
    const how = body === undefined ? {} : { method: 'POST', headers, body }
    const answer = await fetch(`${serverOf().http}/_relata/term-store/${path}`, how)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return text
  }

  async function plan(text: string | Uint8Array<ArrayBuffer>, query: Query) {
    const body = await ask(`plan?${queryOf(query)}`, text)
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const records: Line[] = lines.filter((line) => line.action !== undefined)
    const remarks: string[] = lines.flatMap((line) => line.remark?.code ?? [])
    return {
      text: body,
      records,
      remarks,
      actions: records.map(({ action, at }) => `${action} ${at.path}`),
      faults: records.flatMap(({ at, faults }) => faults.map(({ code }) => `${code} ${at.path}`)),
    }
  }

  async function load(text: string | Uint8Array<ArrayBuffer>, query: Query, allowRefused = false) {
    const made = await plan(text, query)
    const job = JSON.parse(await ask(`apply?allowRefused=${allowRefused}`, made.text))
    await serverOf().parts.exchange.settle()
    expect(JSON.parse(await ask(`jobs/${job.id}`))).toMatchObject({ state: 'done' })
    return made
  }

  /** What is exported plans nothing. */
  async function back(query: Query): Promise<string> {
    const text = await ask(`export?${queryOf(query)}`)
    const { set: _, ids: __, language: ___, ...others } = query
    const group = String(query['set']).split('/')[0] ?? ''
    // Only CSV names no group; of PnP's text it would mean that the lines begin below it.
    const again = await plan(text, query['format'] === 'sharepoint-csv' ? { ...others, group } : others)
    expect({ actions: again.actions, faults: again.faults }).toEqual({ actions: [], faults: [] })
    return text
  }

  async function labelsOf(set: string): Promise<string[]> {
    const { body } = await serverOf().send('GET', '/v1.0/termStore/sets')
    const found = body.value.find((one: { localizedNames: { name: string }[] }) => one.localizedNames[0]?.name === set)
    const terms = await serverOf().send('GET', `/v1.0/termStore/sets/${found.id}/terms`)
    return terms.body.value.map((one: { labels: { name: string }[] }) => one.labels[0]?.name).sort()
  }

  return { ask, plan, load, back, labelsOf }
}
