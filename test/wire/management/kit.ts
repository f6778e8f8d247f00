/** A taxonomy to try verbs on, and short calls of them. */
import type { Answer, TestServer } from '../../_support/server.ts'
import { type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'

export interface VerbKit {
  readonly made: Taxonomy
  /** Paths are below the term store. */
  get(path: string, prefer?: string): Promise<Answer>
  call(path: string, verb: string, body?: unknown, prefer?: string): Promise<Answer>
  onTerm(set: string, term: string, verb: string, body?: unknown, prefer?: string): Promise<Answer>
  remove(path: string): Promise<Answer>
  patch(path: string, body: unknown): Promise<Answer>
  /** A fresh set in a fresh group. */
  freshSet(name?: string): Promise<string>
  /** Ids of the children of a set, or of a term in it, in natural order. */
  children(set: string, term?: string): Promise<string[]>
  /** Terms one below the other; the ids from the top. */
  chain(set: string, levels: number, parent?: string): Promise<string[]>
}

export const root = '/v1.0/termStore'

export const verbKitFor = (server: TestServer, at = root): VerbKit => {
  const made = taxonomyOver(server.send, at)
  const headers = (prefer: string | undefined) => (prefer === undefined ? {} : { headers: { prefer } })
  const kit: VerbKit = {
    made,
    get: (path, prefer) => server.send('GET', at + path, undefined, headers(prefer)),
    call: (path, verb, body = {}, prefer) => server.send('POST', `${at}${path}/relata.${verb}`, body, headers(prefer)),
    onTerm: (set, term, verb, body, prefer) => kit.call(`/sets/${set}/terms/${term}`, verb, body, prefer),
    remove: (path) => server.send('DELETE', at + path),
    patch: (path, body) => server.send('PATCH', at + path, body),
    freshSet: async (name) => made.set(await made.group(), name),
    children: async (set, term) => {
      const list = `/sets/${set}${term === undefined ? '' : `/terms/${term}`}/children`
      const { body, text } = await kit.get(list, 'relata.listing=natural')
      if (body?.value === undefined) throw new Error(text)
      return body.value.map(({ id }: { id: string }) => id)
    },
    chain: async (set, levels, parent) => {
      const ids: string[] = []
      for (let level = 0; level < levels; level += 1)
        ids.push(await made.term({ set, term: ids.at(-1) ?? parent }, `Level ${level} ${set}`))
      return ids
    },
  }
  return kit
}

/** What a refusal says. */
export const refusal = ({ status, body }: Answer) => ({
  status,
  code: body?.error?.code,
  message: body?.error?.message,
  target: body?.error?.target,
})
