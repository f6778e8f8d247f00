/**
 * PATCH and PUT of a key that is not there, where the model lets them make the row (OData protocol 4.01 §11.4.4), and
 * PUT as replacement (§11.4.3). `If-Match` keeps either from creating, `If-None-Match: *` from changing.
 */
import { AppError, type Faults } from '#base/errors.ts'
import { isUnset } from '#base/ids.ts'
import { isObject, type Json } from '#base/json.ts'
import type { TypeView } from '#edm/model.ts'
import { keyOf } from '#edm/names.ts'
import { checkRequired } from '#odata/body/body-in.ts'
import type { PathStep } from '#odata/url/steps.ts'
import type { Session } from '../session.ts'

type Draft = Record<string, unknown>

const wish = 'create-if-missing'

function upsertOf({ nav, root }: PathStep) {
  return nav?.upsert ?? root?.upsert
}

/** Whether the missing row may be created. Throws `precondition` if the request requires it to exist. */
export function checkAbsent({ context, applied, headers }: Session, step: PathStep): boolean {
  const rule = upsertOf(step)
  if (rule === undefined || step.key === undefined) return false
  if (headers['if-match'] !== undefined) {
    throw new AppError('precondition', 'The resource is not there, and If-Match asks for one that is.', {
      target: 'If-Match',
    })
  }
  const asked = context.prefer.has(wish)
  if (asked) applied.add(wish)
  return asked || rule === 'always' || headers['if-none-match'] === '*'
}

/** Throws `precondition` if the request may only create. Rows with an entity tag are checked with it. */
export function checkPresent({ headers }: Session, step: PathStep): void {
  if (upsertOf(step) === undefined || headers['if-none-match']?.trim() !== '*') return
  throw new AppError('precondition', 'The resource is there already, and If-None-Match asks for one that is not.', {
    target: 'If-None-Match',
  })
}

/** The body of a create, with the key of the address as id. */
export function withKey({ key: wanted = '', target }: PathStep, body: Json): Json {
  const key = keyOf(target, wanted) ?? wanted
  const written = Object.keys(body).find((name) => name.toLowerCase() === 'id')
  if (written !== undefined && !isUnset(body[written]) && body[written] !== key) {
    throw new AppError('invalid', `The property 'id' of ${target.name} differs from the key in the address.`, {
      target: 'id',
    })
  }
  return { ...body, [written ?? 'id']: key }
}

/** The draft of a replacement: what the body leaves out is reset, what clients cannot write stays. Adds faults for what is required. */
export function replaced(view: TypeView, given: Draft, faults: Faults): Draft {
  const whole: Draft = {}
  for (const { name, prop } of view.props.values()) {
    const fixed = name === 'id' || prop.readOnly === true || prop.returned === 'never' || prop.published === false
    if (fixed) continue
    if (Object.hasOwn(given, name)) continue
    const first = prop.initial ?? (prop.collection === true ? [] : null)
    if (first === null && prop.nullable === false) faults.add(name, `The property '${name}' is required.`)
    whole[name] = first
  }
  const draft = { ...whole, ...given }
  checkRequired({ ...view, navs: new Map() }, draft, faults)
  return draft
}

/** PATCH of a complex value changes the members it names (OData protocol 4.01 §11.4.9.3); rules of a type see the patch as it came. */
export function merged(view: TypeView, before: Json, given: Draft): Draft {
  const whole = { ...given }
  for (const [name, value] of Object.entries(given)) {
    const prop = view.props.get(name.toLowerCase())?.prop
    const old = before[name]
    if (prop?.collection !== true && isObject(value) && isObject(old)) whole[name] = { ...old, ...value }
  }
  return whole
}
