/**
 * Builds the taxonomy a test begins with, one thing at a time, each with a name of its own where none is given. The
 * same calls work over the wire and through the rules alone; whoever calls says how a row is created.
 */

export type Draft = Readonly<Record<string, unknown>>

/** Ids of a set and, for what is below a term of it, of that term. */
export interface Place {
  readonly set: string
  readonly term?: string | undefined
}

/** A term in a set that has it. */
export interface Occurrence {
  readonly set: string
  readonly term: string
}

/** Each answers the id of what it made, and rejects when it was refused. `more`: further members of the body. */
export interface Taxonomy {
  group(displayName?: string, more?: Draft): Promise<string>
  set(group: string, name?: string, more?: Draft): Promise<string>
  /** At the top of a set, given by its id, or below a term. */
  term(at: string | Place, name?: string, more?: Draft): Promise<string>
  /** Both answer the id of the relation. `term` is named in a set that has it; `to` is a set, or a term of a set. */
  pin(term: Occurrence, to: string | Place): Promise<string>
  reuse(term: Occurrence, to: string | Place): Promise<string>
}

/** One label, the default of its language. */
export function labels(name: string, languageTag = 'en-US') {
  return [{ name, languageTag, isDefault: true }]
}

/** The name of a set in one language. */
export function names(name: string, languageTag = 'en-US') {
  return [{ name, languageTag }]
}

export interface Making {
  /** Creates a row at a path below the store; the id of the row. */
  create(path: string, body: Draft): Promise<string>
  /** How a body names another row. */
  reference(link: string, id: string): Draft
}

export function taxonomyWith({ create, reference }: Making): Taxonomy {
  let last = 0
  const fresh = (kind: string): string => `${kind} ${++last}`
  const placeOf = (at: string | Place): Place => (typeof at === 'string' ? { set: at } : at)
  const relate = (relationship: string, from: Occurrence, to: string | Place): Promise<string> => {
    const { set, term } = placeOf(to)
    return create(`/sets/${from.set}/terms/${from.term}/relations`, {
      relationship,
      ...reference('set', set),
      ...(term === undefined ? {} : reference('fromTerm', term)),
    })
  }
  return {
    group: (displayName = fresh('Group'), more = {}) => create('/groups', { displayName, ...more }),
    set: (group, name = fresh('Set'), more = {}) =>
      create(`/groups/${group}/sets`, { localizedNames: names(name), ...more }),
    term: (at, name = fresh('Term'), more = {}) => {
      const { set, term } = placeOf(at)
      const above = term === undefined ? '' : `/terms/${term}`
      return create(`/sets/${set}${above}/children`, { labels: labels(name), ...more })
    },
    pin: (term, to) => relate('pin', term, to),
    reuse: (term, to) => relate('reuse', term, to),
  }
}

/** Sends one request as somebody; paths start with the version. */
export type Sending = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ readonly status: number; readonly text: string; readonly body: unknown }>

/** Creates a row over the wire and answers its id; rejects with the whole answer unless it was made. */
export async function createOver(send: Sending, path: string, body: unknown): Promise<string> {
  const answer = await send('POST', path, body)
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`)
  return (answer.body as { readonly id: string }).id
}

/** `root`: address of the term store, from the version on. */
export function taxonomyOver(send: Sending, root = '/v1.0/termStore'): Taxonomy {
  return taxonomyWith({
    create: (path, body) => createOver(send, `${root}${path}`, body),
    reference: (link, id) => ({ [link]: { id } }),
  })
}
