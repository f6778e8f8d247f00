/**
 * What a sample of Microsoft's documentation states, as facts: addresses, statuses, names and JSON types of members, and
 * the values that are normative. The values of our tests stand in the place of theirs.
 */

/**
 * JSON type of a member. `string boolean number null` as in JSON; `instant`, `duration` and `etag` are strings of that
 * form; `=text` is a string with that value, because the value is normative; `a|b` is one or the other. An array has one
 * entry for each kind of element; its own elements each have to be of one kind, and each kind has to be there.
 */
export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape }

/** Where we answer other than the sample, and why. The test expects ours. */
export interface Difference {
  /** `address`, `status`, `context`, `answer` for the whole body, or the path of a member: `value/*` leads to all kinds of elements, `value/1` to the second. */
  readonly at: string
  /** What the sample has there; `absent` for a member that it lacks. */
  readonly documented: Shape | number
  readonly ours: Shape | number
  readonly why: string
  /** Page and section of docs/spec. */
  readonly section: string
  /** The service does answer that, and we do not yet: the operation does not count as answered the same. */
  readonly isMissing?: true
}

/** Members that a sample leaves out because it is abbreviated, and how that is known. */
export interface Partial {
  readonly lacks: Readonly<Record<string, Shape>>
  readonly why: string
}

export interface Sample {
  /** Below api-reference of microsoftgraph/microsoft-graph-docs-contrib. */
  readonly page: string
  readonly commit: string
  /** Which example of the page, if it has several. */
  readonly example?: number
  /** Name of the rows it begins with, which the test makes. */
  readonly needs: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** From the version on; what differs from row to row is in braces. */
  readonly address: string
  /** Further addresses that the page gives for the same operation. */
  readonly alsoAt?: readonly string[]
  /** A person asks, and not the application. */
  readonly asPerson?: true
  readonly requestHeaders?: readonly string[]
  readonly request?: Shape
  readonly status: number
  /** Headers of the answer whose values matter. `{id}` is the id in the answer, `{new}` one that only they have. */
  readonly headers?: Readonly<Record<string, string>>
  /** Without the origin. */
  readonly context?: string
  /** Absent: no body. */
  readonly answer?: Shape
  readonly partial?: readonly Partial[]
  readonly insteadOf?: readonly Difference[]
  /** Abbreviated, and another sample shows members of the same rows that are missing in our answers. */
  readonly hidesMissing?: true
}

type Members = { readonly [name: string]: Shape }

const forms: Readonly<Record<string, RegExp>> = {
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/,
  duration: /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
  etag: /^W\/"[A-Za-z0-9+/]+=*"$/,
}

const isOf = (type: string, value: unknown): boolean => {
  if (type.startsWith('=')) return value === type.slice(1)
  if (type === 'null') return value === null
  const form = forms[type]
  if (form !== undefined) return typeof value === 'string' && form.test(value)
  return typeof value === type
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const elementFaults = (kinds: readonly Shape[], value: readonly unknown[], at: string): string[] => {
  if (kinds.length === 0) return value.length === 0 ? [] : [`${at}: not empty, as it is in the sample`]
  const tried = value.map((element, index) => kinds.map((kind) => faultsOf(kind, element, `${at}/${index}`)))
  const least = (faults: readonly string[][]) => faults.toSorted((one, other) => one.length - other.length)[0] ?? []
  const unlike = tried.flatMap(least)
  const missing = kinds.flatMap((_, kind) =>
    tried.some((faults) => faults[kind]?.length === 0) ? [] : [`${at}: no element is as the sample's element ${kind}`],
  )
  return unlike.length > 0 ? unlike : missing
}

/** Where a value is not as the shape says. */
export function faultsOf(shape: Shape, value: unknown, at = ''): string[] {
  const shown = JSON.stringify(value)
  if (typeof shape === 'string') {
    return shape.split('|').some((type) => isOf(type, value)) ? [] : [`${at}: ${shown} instead of ${shape}`]
  }
  if (Array.isArray(shape)) {
    return Array.isArray(value) ? elementFaults(shape, value, at) : [`${at}: ${shown} is no array`]
  }
  if (!isMembers(value)) return [`${at}: ${shown} is no object`]
  const names = Object.keys(shape)
  const more = Object.keys(value).filter((name) => !names.includes(name))
  return [
    ...more.map((name) => `${at}/${name}: the sample does not have it`),
    ...Object.entries(shape as Members).flatMap(([name, member]) =>
      name in value ? faultsOf(member, value[name], `${at}/${name}`) : [`${at}/${name}: missing`],
    ),
  ]
}

/** The shape with another member at a path; says so if the sample does not have there what the difference claims. */
export function withMember(shape: Shape, path: string, before: Shape | undefined, after: Shape): Shape {
  const [first = '', ...rest] = path.split('/')
  if (Array.isArray(shape)) {
    return shape.map((kind, index) =>
      first === '*' || first === String(index) ? withMember(kind, rest.join('/'), before, after) : kind,
    )
  }
  if (typeof shape === 'string') throw new Error(`${path}: no way through ${shape}`)
  const members = shape as Members
  const there = members[first]
  if (rest.length > 0) {
    if (there === undefined) throw new Error(`${path}: the sample has no ${first}`)
    return { ...members, [first]: withMember(there, rest.join('/'), before, after) }
  }
  if (JSON.stringify(there ?? 'absent') !== JSON.stringify(before ?? 'absent'))
    throw new Error(`${path}: the sample has ${JSON.stringify(there)}, the data file claims ${JSON.stringify(before)}`)
  const { [first]: _, ...others } = members
  return after === 'absent' ? others : { ...others, [first]: after }
}

export const titleOf = ({ method, page, example }: Sample, address: string): string =>
  `${method} ${address} (${page}${example === undefined ? '' : `, example ${example}`})`
