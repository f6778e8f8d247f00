/** What a witness sent and got, as it stands in `recorded/`. The parity page reads these files too. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Names in lower case. */
export type Fields = Readonly<Record<string, string>>

export interface SentRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** Absent: the address of the server. */
  readonly host?: string
  readonly headers: Fields
  /** The text as it was sent, decompressed. */
  readonly body?: string
  /** Client assertions in the body, by their placeholders: how each was made. */
  readonly assertions?: Readonly<Record<string, unknown>>
}

export interface SeenAnswer {
  readonly status: number
  readonly headers: Fields
  /** The parsed JSON, or the text of anything else. */
  readonly body?: unknown
  /** Claims of tokens in the body, by their placeholders. */
  readonly claims?: Readonly<Record<string, unknown>>
}

export interface Exchange {
  /** The step during which it took place. */
  readonly step?: string
  readonly request: SentRequest
  readonly response: SeenAnswer
}

export interface ShownStep {
  readonly step: string
  readonly saw: unknown
}

export interface Recording {
  readonly witness: string
  readonly versions: Readonly<Record<string, string>>
  /** What the client's own objects showed. */
  readonly steps: readonly ShownStep[]
  readonly exchanges: readonly Exchange[]
}

const folder = new URL('../recorded/', import.meta.url)
const fileOf = (name: string) => new URL(`${name}.json`, folder)

export const recordedNames = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5))
    .sort()

export const readRecording = (name: string): Recording | undefined =>
  existsSync(fileOf(name)) ? JSON.parse(readFileSync(fileOf(name), 'utf8')) : undefined

const linesOf = (list: readonly unknown[]) => `[\n${list.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`

/** One line a step and an exchange, so that a difference is read line by line. */
export const writeRecording = ({ witness, versions, steps, exchanges }: Recording): void => {
  const head = `"witness":${JSON.stringify(witness)},\n"versions":${JSON.stringify(versions)}`
  writeFileSync(fileOf(witness), `{${head},\n"steps":${linesOf(steps)},\n"exchanges":${linesOf(exchanges)}}\n`)
}

/** Said by the transport, by the machine or anew each time. */
const volatile =
  /^(connection|keep-alive|content-length|transfer-encoding|date|host|expect|user-agent|sdkversion|hostos|runtimeenvironment|request-id|client-request-id|request-start-time|return-client-request-id|traceparent|x-ms-ags-diagnostic|x-ms-client-request-id|x-ms-request-id|x-client-.*|x-anchormailbox|x-content-type-options|server|relata-change|relata-change-batch|sec-fetch-.*)$/

/** What remains of headers, by name and in the order of names. */
export const lastingHeaders = (headers: Readonly<Record<string, string | string[] | undefined>>): Fields =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name, value]) => value !== undefined && !volatile.test(name))
      .map(([name, value]) => [name, String(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
