/** Reads from a model that are meant to be answered: options that fit their types, so that what is behind parsing is met. */
import fc from 'fast-check'
import { derivedOf, type Model, type NamedProp, type TypeView } from '#edm/model.ts'
import type { ComplexType, Prop } from '#edm/props.ts'
import { pick } from './bodies.ts'
import type { FuzzRequest } from './client.ts'

type Text = fc.Arbitrary<string>

const isThere = ({ prop: { published, returned } }: NamedProp): boolean => published !== false && returned !== 'never'
const propsOf = (view: TypeView): NamedProp[] => [...view.props.values()].filter(isThere)
const navsOf = (view: TypeView) => [...view.navs.values()].filter(({ nav }) => nav.published !== false)

const isComplex = ({ type }: Prop): boolean => typeof type === 'object' && type.kind === 'complex'

/** Literals of a type, or null. */
const literalOf = ({ type }: Pick<Prop, 'type'>): Text => {
  if (typeof type !== 'string') {
    return type.kind === 'enum' ? pick(type.members.map(({ name }) => `'${name}'`)) : objectOf(type)
  }
  if (type === 'Edm.Boolean') return pick(['true', 'false'])
  if (type === 'Edm.DateTimeOffset') return pick(['2026-01-01T00:00:00Z', "'2026-06-01T00:00:00Z'"])
  if (type === 'Edm.Guid')
    return pick(["'ABCDEF00-0000-4000-8000-000000000001'", "guid'abcdef00-0000-4000-8000-000000000002'"])
  if (type === 'Edm.Duration') return pick(["duration'P1D'", "'P730D'"])
  return type === 'Edm.String' ? pick(["'a'", "'Hammer'", "'O''Neil'", "'c0117050'"]) : pick(['0', '3', '-7', '500'])
}

const jsonOf = (prop: Prop): Text =>
  isComplex(prop)
    ? objectOf(prop.type as ComplexType)
    : literalOf(prop).map((text) => (text.endsWith("'") ? `"${text.replace(/^\w*'|'$/g, '')}"` : text))

const objectOf = ({ props }: ComplexType): Text =>
  fc
    .tuple(
      ...Object.entries(props)
        .filter(([, { collection }]) => collection !== true)
        .map(([name, prop]) =>
          fc.oneof(
            jsonOf(prop).map((value) => `"${name}":${value}`),
            pick(['', `"${name}":null`]),
          ),
        ),
    )
    .map((members) => `{${(members as string[]).filter((text) => text !== '').join(',')}}`)

/** Conditions on a value called so. */
const conditionOn = (name: string, prop: Prop): Text => {
  if (prop.collection === true) {
    const element = conditionOn('x', { ...prop, collection: false })
    return fc.oneof(
      element.map((text) => `${name}/any(x:${text})`),
      pick([`${name}/$count ge 0`, `${name}/any()`]),
    )
  }
  const value = literalOf(prop)
  const compared = fc.tuple(pick(['eq', 'ne']), value).map(([sign, text]) => `${name} ${sign} ${text}`)
  const among = fc.tuple(value, value).map((list) => `${name} in (${list.join(',')})`)
  const more = prop.type === 'Edm.String' ? [`contains(${name},'a')`] : [`${name} eq ${name}`]
  return fc.oneof(compared, among, pick([`${name} eq null`, `${name} ne null`, ...more]))
}

const conditionOf = (view: TypeView): Text => {
  const onProps = propsOf(view).map(({ name, prop }) => conditionOn(name, prop))
  const onLinks = navsOf(view).map(({ name, nav }) => (nav.many ? `${name}/any()` : `${name} ne null`))
  const one = fc.oneof(...onProps, pick(['true', 'not false', ...onLinks]))
  return fc.oneof(
    one,
    fc.tuple(one, pick(['and', 'or']), one).map((parts) => parts.join(' ')),
    one.map((text) => `not (${text})`),
  )
}

const selectedOf = ({ name, prop }: NamedProp): Text => {
  const { type } = prop
  const members = typeof type === 'object' && type.kind === 'complex' ? Object.keys(type.props) : []
  const some = members.length === 0 ? [name] : [name, `${name}/${members[0]}`, `${name}($select=${members.join(',')})`]
  if (prop.collection !== true) return pick(some)
  const [member = '$it'] = members
  const filter = conditionOn(
    member,
    members.length === 0 ? { ...prop, collection: false } : { ...prop, type: 'Edm.String', collection: false },
  )
  return fc.oneof(
    pick([...some, `${name}($orderby=${member};$top=1)`, `${name}($skip=1)`]),
    filter.map((text) => `${name}($filter=${text})`),
  )
}

interface Asked {
  readonly model: Model
  readonly view: TypeView
  readonly many: boolean
  readonly depth: number
}

/** An alias and its value beside the option that names it, and the option without one. */
const filterOf = (view: TypeView): fc.Arbitrary<string[]> =>
  fc
    .tuple(conditionOf(view), pick([0, 1]))
    .map(([text, form]) => (form === 0 ? [`$filter=${text}`] : ['$filter=@f', `@f=${text}`]))

const expandOf = ({ model, view, depth }: Asked): Text =>
  fc.constantFrom(...navsOf(view)).chain(({ name, nav }) => {
    const target = model.view(nav.target)
    const casts = derivedOf(model, target.type).map((type) => type.name)
    const nestedIn = (type: string) =>
      optionsOf({ model, view: model.view(type), many: nav.many, depth: depth - 1 }).map((options) => options.join(';'))
    const counted = filterOf(target).map((options) => `${name}/$count(${options.join(';')})`)
    const whole = pick(['', '', ...casts]).chain((cast) =>
      nestedIn(cast === '' ? nav.target : cast).map(
        (text) => `${name}${cast === '' ? '' : `/${cast}`}${text === '' ? '' : `(${text})`}`,
      ),
    )
    return fc.oneof(
      whole,
      pick([`${name}/$ref`, ...(nav.many ? [`${name}/$count`] : [])]),
      ...(nav.many ? [counted] : []),
    )
  })

const optionsOf = (asked: Asked): fc.Arbitrary<string[]> => {
  const { view, many, depth } = asked
  const props = propsOf(view)
  const plain = props.filter(({ prop }) => !isComplex(prop) && prop.collection !== true).map(({ name }) => name)
  const one = (text: Text): fc.Arbitrary<string[]> => text.map((option) => [option])
  const none = fc.constant<string[]>([])
  const cast = derivedOf(asked.model, view.type).flatMap(({ name }) =>
    propsOf(asked.model.view(name)).map((prop) => ({ prop, before: `${name}/` })),
  )
  const selected = [...props.map((prop) => ({ prop, before: '' })), ...cast]
  const select =
    props.length === 0
      ? none
      : one(
          fc
            .constantFrom(...selected)
            .chain(({ prop, before }) => selectedOf(prop).map((text) => `$select=${before}${text}`)),
        )
  const expand = depth === 0 || navsOf(view).length === 0 ? none : one(expandOf(asked).map((text) => `$expand=${text}`))
  const order =
    plain.length === 0 ? none : one(pick(plain.flatMap((name) => [`$orderby=${name}`, `$orderby=${name} desc`])))
  const rest = many ? [filterOf(view), order, one(pick(['$top=1', '$top=3'])), one(fc.constant('$count=true'))] : []
  const maybe = [select, expand, ...rest].map((option) => fc.oneof({ weight: 2, arbitrary: none }, option))
  return fc.tuple(...maybe).map((all) => all.flat())
}

/** What an address ends in, with the rows it is about. */
const addressOf = (model: Model, ids: readonly string[]): fc.Arbitrary<Asked & { readonly path: string }> =>
  fc
    .tuple(
      fc.constantFrom(...[...model.roots.values()].filter((root) => root.can.list !== undefined)),
      pick(ids),
      fc.nat(9),
      fc.nat(),
    )
    .map(([{ name, target }, id, form, which]) => {
      const view = model.view(target)
      const links = navsOf(view).filter(({ nav }) => (nav.many ? nav.can.list : nav.can.get) !== undefined)
      const link = links[which % Math.max(1, links.length)]
      const depth = 2
      const kinds = derivedOf(model, view.type)
      const kind = kinds[which % Math.max(1, kinds.length)]
      if (form === 0 && kind !== undefined)
        return { model, view: model.view(kind.name), many: true, depth, path: `/${name}/${kind.name}` }
      if (form < 5 || link === undefined) return { model, view, many: true, depth, path: `/${name}` }
      if (form < 7) return { model, view, many: false, depth, path: `/${name}/${id}` }
      const { many, target: linked } = link.nav
      return { model, view: model.view(linked), many, depth, path: `/${name}/${id}/${link.name}` }
    })

const escaped = (text: string): string => encodeURI(text).replaceAll('#', '%23')

/** A read that the model can answer, if the rows it names are there. */
export const soundRequestOf = (
  model: Model,
  ids: readonly string[],
  authorization: string,
): fc.Arbitrary<FuzzRequest> =>
  addressOf(model, ids).chain((asked) =>
    fc
      .tuple(
        optionsOf(asked),
        conditionOf(asked.view),
        fc.nat(5),
        pick(['', '', 'odata.track-changes', 'maxpagesize=1', 'track-changes; maxpagesize=2']),
      )
      .map(([options, condition, form, prefer]) => {
        const narrowed =
          asked.many && form < 2 ? `/$filter(${form === 0 ? condition : encodeURIComponent(condition)})` : ''
        const end = asked.many && form === 2 ? '/$count' : ''
        const query = end === '' ? options : options.filter((text) => /^(?:\$filter|@)/.test(text))
        const text = `${asked.path}${narrowed}${end}${query.length === 0 ? '' : `?${query.join('&')}`}`
        const headers = { authorization, ...(prefer === '' ? {} : { prefer }) }
        return {
          method: 'GET',
          target: `/${model.version}${escaped(text).replaceAll('%25', '%')}`,
          headers,
          body: undefined,
        }
      }),
  )

/** A create with what the model requires, and nothing else. */
export const soundCreateOf = (model: Model, authorization: string): fc.Arbitrary<FuzzRequest> =>
  fc
    .constantFrom(...[...model.roots.values()].filter(({ can }) => can.create !== undefined))
    .chain(({ name, target }) => {
      const required = propsOf(model.view(target)).filter(({ prop }) => prop.required === true)
      const members = required.map(({ name: member, prop }) => jsonOf(prop).map((value) => `"${member}":${value}`))
      const headers = { authorization, 'content-type': 'application/json' }
      return fc
        .tuple(...members)
        .map((body) => ({ method: 'POST', target: `/${model.version}/${name}`, headers, body: `{${body.join(',')}}` }))
    })
