/**
 * Recorded texts against fresh ones. What the server makes anew (ids, entity tags, tokens, page tokens) is bound at its
 * first sight and must be the same from then on; everything else must be equal.
 */
import { parseRelationId, relationId } from '#workloads/term-store/rules/relations/relation-id.ts'

/** Where a fresh answer is not the recorded one. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
}

const atomForm =
  /\{(?:token|refresh-token|etag|page)-\d+\}|\{(?:request-id|instant|number|opaque)\}|r(?:!|%21)[\w-]{64}|01000000-0000-7000-8000-[0-9a-f]{12}/g

const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** What may stand in the place of an atom that is seen for the first time. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/^\{token-/, '[\\w-]+\\.[\\w-]+\\.[\\w-]+'],
  [/^\{etag-/, '[\\w+/-]+={0,2}'],
  [/^\{(page|refresh-token)-/, '[\\w.%~-]+'],
  [/^\{request-id/, guid],
  [/^\{instant/, '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|\\+00:00)?'],
  [/^\{number/, '\\d+'],
  [/^\{opaque/, '[^"]+'],
  [/^r/, 'r(?:!|%21)[\\w-]{64}'],
  [/^01/, guid],
]

/** Different each time it is said. */
const isUnbound = (atom: string) => /^\{(request-id|instant|number|opaque)\}$/.test(atom)

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const shortened = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

export class Bindings {
  readonly #fresh = new Map<string, string>()
  readonly #recorded = new Map<string, string>()

  /** The recorded text with what the fresh server made in place of what the recorded one did. */
  put(text: string): string {
    return text.replaceAll(atomForm, (atom) => this.#known(atom) ?? atom)
  }

  get(atom: string): string | undefined {
    return this.#fresh.get(atom)
  }

  #known(atom: string): string | undefined {
    if (!atom.startsWith('r')) return this.#fresh.get(atom)
    const parts = parseRelationId(`r!${atom.slice(-64)}`)
    if (parts === undefined) return atom
    const ids = [parts.setId, parts.fromTermId ?? '', parts.toTermId].map((id) => this.#idOf(id))
    const [setId, fromTermId, toTermId] = ids
    if (setId === undefined || fromTermId === undefined || toTermId === undefined) return undefined
    const whole = relationId(setId, parts.fromTermId === null ? null : fromTermId, toTermId)
    return `${atom.slice(0, -64)}${whole.slice(2)}`
  }

  #idOf(recorded: string): string | undefined {
    return recorded.startsWith('01000000-0000-7') ? this.#fresh.get(recorded) : recorded
  }

  #bind(atom: string, value: string, at: string): void {
    if (isUnbound(atom)) return
    if (atom.startsWith('r')) {
      this.#bindRelation(atom, value, at)
      return
    }
    const known = this.#fresh.get(atom)
    const other = this.#recorded.get(value)
    if ((known ?? value) !== value || (other ?? atom) !== atom)
      throw new Mismatch(`${at}: ${value} stands for ${atom}, which is ${known ?? 'not seen before'}, and was ${other}`)
    this.#fresh.set(atom, value)
    this.#recorded.set(value, atom)
  }

  #bindRelation(atom: string, value: string, at: string): void {
    const recorded = parseRelationId(`r!${atom.slice(-64)}`)
    const fresh = parseRelationId(`r!${value.slice(-64)}`)
    for (const name of ['setId', 'fromTermId', 'toTermId'] as const) {
      const [was, is] = [recorded?.[name] ?? '', fresh?.[name] ?? '']
      if (was.startsWith('01000000-0000-7')) this.#bind(was, is, at)
      else if (was !== is) throw new Mismatch(`${at}: the ${name} of a relation is ${is}, not ${was}`)
    }
  }

  /** Throws `Mismatch` unless the fresh text is the recorded one. */
  matchText(recorded: string, fresh: string, at: string): void {
    const atoms = recorded.match(atomForm) ?? []
    if (atoms.every(isUnbound) && recorded === fresh) return
    if (atoms.length === 0) {
      throw new Mismatch(`${at}: ${shortened(fresh)} instead of ${shortened(recorded)}`)
    }
    const parts = recorded.split(atomForm)
    const patterns = atoms.map((atom) => {
      const known = isUnbound(atom) ? undefined : this.#known(atom)
      return known === undefined ? (forms.find(([form]) => form.test(atom))?.[1] ?? '') : literal(known)
    })
    const whole = parts.map((part, index) => `${literal(part)}${index < atoms.length ? `(${patterns[index]})` : ''}`)
    const found = new RegExp(`^${whole.join('')}$`, 's').exec(fresh)
    if (found === null) throw new Mismatch(`${at}: ${shortened(fresh)} instead of ${shortened(this.put(recorded))}`)
    for (const [index, atom] of atoms.entries()) this.#bind(atom, found[index + 1] ?? '', at)
  }

  /** The same for parsed JSON; the order of members does not count. */
  match(recorded: unknown, fresh: unknown, at: string): void {
    if (typeof recorded === 'string' && typeof fresh === 'string') this.matchText(recorded, fresh, at)
    else if (recorded === '{number}' && typeof fresh === 'number') return
    else if (Array.isArray(recorded) && Array.isArray(fresh)) this.#matchList(recorded, fresh, at)
    else if (isObject(recorded) && isObject(fresh)) this.#matchObject(recorded, fresh, at)
    else if (recorded !== fresh) throw new Mismatch(`${at}: ${shortened(fresh)} instead of ${shortened(recorded)}`)
  }

  #matchList(recorded: readonly unknown[], fresh: readonly unknown[], at: string): void {
    if (recorded.length !== fresh.length)
      throw new Mismatch(`${at}: ${fresh.length} entries instead of ${recorded.length}: ${shortened(fresh)}`)
    const inOrder = this.#ordered(recorded, fresh)
    for (const [index, entry] of recorded.entries()) this.match(entry, inOrder[index], `${at}[${index}]`)
  }

  /** Relations are listed by their ids, which are made of others: the fresh ones in the order of the recorded ones. */
  #ordered(recorded: readonly unknown[], fresh: readonly unknown[]): readonly unknown[] {
    if (![...recorded, ...fresh].every(isRelation)) return fresh
    const wanted = recorded.map((entry) => this.put((entry as Relation).id))
    const found = wanted.map((id) => fresh.find((entry) => (entry as Relation).id === id))
    return found.includes(undefined) ? fresh : found
  }

  #matchObject(recorded: Json, fresh: Json, at: string): void {
    const missing = Object.keys(recorded).filter((name) => !Object.hasOwn(fresh, name))
    const more = Object.keys(fresh).filter((name) => !Object.hasOwn(recorded, name))
    if (missing.length > 0) throw new Mismatch(`${at}: ${missing.join(', ')} missing`)
    if (more.length > 0) throw new Mismatch(`${at}: ${more.join(', ')} not in the recording`)
    for (const [name, value] of Object.entries(recorded)) this.match(value, fresh[name], `${at}.${name}`)
  }
}

type Json = Readonly<Record<string, unknown>>

interface Relation {
  readonly id: string
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

export const isRelation = (value: unknown): value is Relation =>
  isObject(value) && typeof value['id'] === 'string' && value['id'].startsWith('r!')
