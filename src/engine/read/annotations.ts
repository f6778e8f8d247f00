/** Instance annotations of ours, for who asks for them (OData protocol 4.01 §8.2.8.4): what Graph has no member for. */
import type { EntityType } from '#edm/define.ts'
import type { Located, ReadContext } from '#edm/ports.ts'
import { withMembers } from '#odata/body/body-out.ts'
import type { Session } from '../session.ts'
import { hooksOf } from '../walk/type-rules.ts'

const namespace = 'relata'
const preferences = ['odata.include-annotations', 'include-annotations']

/** Whether a list such as `relata.*,-relata.order` has the annotation; the most specific entry decides. */
function includes(list: string, name: string): boolean {
  let best = { length: -1, wanted: false }
  for (const entry of list.split(',')) {
    const [, minus, pattern = ''] = /^\s*(-?)([^\s]+)\s*$/.exec(entry) ?? []
    const fits = pattern === '*' || pattern === `${namespace}.*` || pattern === `${namespace}.${name}`
    if (fits && pattern.length > best.length) best = { length: pattern.length, wanted: minus === '' }
  }
  return best.wanted
}

function wishOf({ prefer, strict }: Pick<ReadContext, 'prefer' | 'strict'>) {
  if (strict || prefer.size === 0) return undefined
  const name = preferences.find((preference) => prefer.has(preference))
  const list = name === undefined ? '' : (prefer.get(name) ?? '')
  // Other annotations than ours are no matter of this file.
  return name === undefined || !/relata\.|^\s*\*/.test(list) ? undefined : { name, list }
}

/** Whether rows of the type are wanted with annotations. */
export function isAnnotated(session: Session, type: EntityType): boolean {
  return wishOf(session.context) !== undefined && hooksOf(session, type).annotate !== undefined
}

/** The JSON texts of rows with their annotations; `from`: what the link that leads to them starts from. */
export async function annotated(
  session: Session,
  type: EntityType,
  from: Located | undefined,
  rows: readonly { readonly id: string; readonly json: string }[],
): Promise<string[]> {
  const wish = wishOf(session.context)
  const { annotate } = hooksOf(session, type)
  if (wish === undefined || annotate === undefined) return rows.map(({ json }) => json)
  const found = await annotate(
    session.context,
    from,
    rows.map(({ id }) => id),
  )
  session.applied.add(`${wish.name}="${wish.list}"`)
  return rows.map(({ id, json }) => {
    const members = Object.entries(found.get(id) ?? {})
      .filter(([name]) => includes(wish.list, name))
      .map(([name, value]) => `"@${namespace}.${name}":${JSON.stringify(value)}`)
    return withMembers(json, members)
  })
}
