/** Bodies from a model: some as a client would write them, some with values, names and links that are wrong. */
import fc from 'fast-check'
import type { Model, TypeView } from '#edm/model.ts'
import type { ComplexType, Prop } from '#edm/props.ts'
import { anyText } from '../_support/any-text.ts'

export const pick = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
export const often = <T>(likely: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>, weight = 9): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: likely }, { weight: 1, arbitrary: seldom })

export const odd = fc.oneof(
  fc.string({ maxLength: 12 }),
  anyText({ maxLength: 12 }),
  pick([
    '',
    "'",
    '"',
    '(',
    ')',
    '%',
    '%zz',
    '%00',
    '%2F',
    '..',
    '$',
    '@',
    '@x',
    '/',
    '//',
    '\u0000',
    '\ud800',
    'a'.repeat(3000),
  ]),
)
export const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,8}$/)

interface Care {
  /** How many right values there are for each wrong one. */
  readonly right: number
  readonly depth: number
}

const texts = fc.oneof(
  fc.string({ maxLength: 20 }),
  anyText({ maxLength: 20 }),
  pick(['', 'x'.repeat(2000), '\ud800', '\u0000', '\u0001x\u0002']),
)

const primitiveOf = (type: string): fc.Arbitrary<unknown> => {
  switch (type) {
    case 'Edm.Boolean':
      return fc.boolean()
    case 'Edm.DateTimeOffset':
      return pick(['2026-05-01T00:00:00Z', '2026-05-01T10:00:00.1234567+02:00', '0001-01-01T00:00:00Z'])
    case 'Edm.Duration':
      return pick(['P30D', 'PT1H', 'P2Y', 'PT0S', 'P9999999D'])
    case 'Edm.Guid':
      return fc.uuid()
    case 'Edm.String':
      return texts
    case 'Edm.Double':
      return fc.double({ noNaN: true })
    default:
      return fc.integer()
  }
}

const propOf = (prop: Prop, care: Care): fc.Arbitrary<unknown> => {
  const { type } = prop
  let single: fc.Arbitrary<unknown>
  if (typeof type === 'string') single = primitiveOf(type)
  else if (type.kind === 'enum') single = pick(type.members.map(({ name }) => name))
  else single = care.depth > 0 ? complexOf(type, { ...care, depth: care.depth - 1 }) : fc.constant({})
  const right = prop.collection === true ? fc.array(single, { maxLength: 4 }) : single
  return often(right, fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(null)), care.right)
}

const complexOf = (type: ComplexType, care: Care): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries(Object.entries(type.props).map(([name, prop]) => [name, propOf(prop, care)])), {
    requiredKeys: [],
  })

const refOf = (ids: readonly string[], care: Care): fc.Arbitrary<unknown> =>
  often(
    pick(ids).chain((id) =>
      pick<unknown>([{ id }, { '@odata.id': `directoryObjects/${id}` }, { '@id': `x('${id}')` }]),
    ),
    fc.jsonValue({ maxDepth: 2 }),
    care.right,
  )

const membersOf = (model: Model, view: TypeView, ids: readonly string[], care: Care): fc.Arbitrary<object> => {
  const members: Record<string, fc.Arbitrary<unknown>> = {}
  const requiredKeys: string[] = []
  for (const { name, prop } of view.props.values()) {
    if (name === 'id' && care.right > 9) continue
    members[name] = propOf(prop, care)
    if (prop.required === true && care.right > 9) requiredKeys.push(name)
  }
  for (const { name, nav } of view.navs.values()) {
    const nested =
      care.depth === 0
        ? fc.constant({})
        : membersOf(model, model.view(nav.target), ids, { ...care, depth: care.depth - 1 })
    if (!nav.many) members[name] = refOf(ids, care)
    else if (nav.deep === true || care.right < 9) members[name] = fc.array(nested, { maxLength: 2 })
    if (!nav.many && care.right < 9) members[`${name}@odata.bind`] = pick(ids).map((id) => `x/${id}`)
  }
  members['@odata.type'] = often(fc.constant<unknown>(`#${view.type.name}`), pick<unknown>(['#x.y', 4]), care.right)
  if (care.right < 9) members['@odata.id'] = pick(ids).map((id) => `https://x/v1.0/directoryObjects/${id}`)
  return fc.record(members, { requiredKeys })
}

/** JSON text of a body for a row of the type. */
export const bodyOf = (model: Model, view: TypeView, ids: readonly string[]): fc.Arbitrary<string> => {
  const neat = membersOf(model, view, ids, { right: 100, depth: 2 }).map((body) => JSON.stringify(body))
  const untidy = membersOf(model, view, ids, { right: 5, depth: 1 }).map((body) => JSON.stringify(body))
  // A name that JavaScript gives a meaning to, and one that is there twice.
  const odder = neat.map(
    (text) => `{"__proto__":{"id":"x"},"id":"y","ID":"z"${text === '{}' ? '' : ','}${text.slice(1)}`,
  )
  return fc.oneof({ weight: 6, arbitrary: neat }, { weight: 4, arbitrary: untidy }, { weight: 1, arbitrary: odder })
}
