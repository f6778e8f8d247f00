/** `relata fault`: what goes wrong on purpose. */
import { call } from './call.ts'
import { documentIn } from './given-document.ts'
import { say, sayJson, sayTable } from './shown.ts'
import type { Target } from './target.ts'

interface ShownRule {
  readonly id: string
  readonly on: boolean
  readonly note?: string
  readonly where?: unknown
  readonly what: unknown
  readonly hits: number
}

const path = '/_relata/faults'

function rowOf({ id, on, hits, where, what, note }: ShownRule) {
  const words = [where === undefined ? 'every request' : JSON.stringify(where), JSON.stringify(what), note]
  return [id, on ? 'on' : 'off', `${hits} hits`, ...words]
}

export async function listFaults(target: Target, isJson: boolean): Promise<void> {
  const { value } = await call<{ value: readonly ShownRule[] }>(target, { path })
  if (isJson) sayJson(value)
  else sayTable(value.map(rowOf), 'no faults')
}

async function add(target: Target, body: unknown, isJson: boolean): Promise<void> {
  const made = await call<ShownRule | { value: readonly ShownRule[] }>(target, { method: 'POST', path, body })
  const rules = 'value' in made ? made.value : [made]
  if (isJson) sayJson(rules)
  else for (const { id } of rules) say(`added ${id}`)
}

/** A rule or a scenario: JSON, or a file of it. */
export async function addFault(target: Target, given: string, isJson: boolean): Promise<void> {
  await add(target, /^\s*[{[]/.test(given) ? parsed(given) : await documentIn(given), isJson)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`the rule is not JSON: ${(error as Error).message}`, { cause: error })
  }
}

export interface QuickFault {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly tenant: string | undefined
  readonly client: string | undefined
  readonly status: number | undefined
  readonly retryAfter: number | undefined
  readonly latencyMs: number | undefined
  readonly drop: boolean | undefined
  readonly times: number | undefined
  readonly rate: number | undefined
}

function without(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** A rule out of flags. */
export function addQuickFault(target: Target, given: QuickFault, isJson: boolean): Promise<void> {
  const { method: words, path: glob, tenant, client, times, rate, ...what } = given
  const methods = words?.toUpperCase().split(',')
  const method = methods?.length === 1 ? methods[0] : methods
  const where = without({ method, path: glob, tenant, client })
  const rule = {
    ...(Object.keys(where).length === 0 ? {} : { where }),
    what: without(what),
    ...without({ times, rate }),
  }
  return add(target, rule, isJson)
}

export async function removeFault(target: Target, id: string): Promise<void> {
  await call(target, { method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` })
  say(`removed ${id}`)
}

export async function clearFaults(target: Target): Promise<void> {
  await call(target, { method: 'DELETE', path })
  say('removed all faults')
}
