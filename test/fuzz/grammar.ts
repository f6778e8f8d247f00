/** Requests from a model: addresses, options, headers and bodies that are nearly right, and some that are far off. */
import fc from 'fast-check'
import type { EntityType } from '#edm/define.ts'
import { derivedOf, type Model, type TypeView } from '#edm/model.ts'
import type { Prop } from '#edm/props.ts'
import { bodyOf, odd, often, pick, word } from './bodies.ts'
import type { FuzzRequest } from './client.ts'
import { soundCreateOf, soundRequestOf } from './sound.ts'

const literal = fc.oneof(
  pick([
    'null',
    'true',
    'false',
    '0',
    '-1',
    '3.5',
    '1e400',
    'INF',
    'NaN',
    "''",
    "'a'",
    "'O''Neil'",
    "'%'",
    '2026-01-01',
  ]),
  pick(["duration'P1D'", "'P730D'", '2026-01-01T00:00:00Z', '12:30:00', 'c0117050-0000-4000-8000-000000000001', '@p']),
  pick(['{"amount":1,"currency":"EUR"}', '{"city":null}', '{"a":{"b":[1,{}]}}', '[{"text":"a"},null]', '{"a":stock}']),
  pick(["x.y'z'", '9'.repeat(400), "'a", '99999-01-01T00:00:00Z', '0001-01-01T00:00:00Z', "binary'AA'", '[1,2]', '{}']),
  fc.integer().map(String),
  fc.double().map(String),
  word.map((text) => `'${text}'`),
)

const pathsOf = (props: Readonly<Record<string, Prop>>, depth = 2): string[] =>
  Object.entries(props).flatMap(([name, { type }]) =>
    depth > 0 && typeof type === 'object' && type.kind === 'complex'
      ? [name, ...pathsOf(type.props, depth - 1).map((path) => `${name}/${path}`)]
      : [name],
  )

const memberOf = (view: TypeView): fc.Arbitrary<string> => {
  const props = Object.fromEntries([...view.props.values()].map(({ name, prop }) => [name, prop]))
  const navs = [...view.navs.values()].map(({ name }) => name)
  return often(pick([...pathsOf(props), ...navs, ...navs.map((name) => `${name}/id`)]), fc.oneof(word, odd))
}

const comparisons = pick([
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'has',
  'EQ',
  'in',
  'add',
  'sub',
  'mul',
  'div',
  'mod',
  'divby',
])
const functions = pick([
  ...['contains', 'startswith', 'endswith', 'length', 'indexof', 'substring', 'tolower', 'toupper', 'trim', 'concat'],
  ...['year', 'month', 'day', 'hour', 'minute', 'second', 'date', 'time', 'now', 'round', 'floor', 'ceiling', 'cast'],
  ...['isof', 'maxdatetime', 'totaloffsetminutes', 'matchesPattern', 'nonsense'],
])

const expressionOf = (view: TypeView): fc.Arbitrary<string> => {
  const member = memberOf(view)
  return fc.letrec<{ expression: string; operand: string }>((tie) => ({
    operand: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      member,
      literal,
      fc
        .tuple(functions, fc.array(tie('operand'), { maxLength: 3 }))
        .map(([name, args]) => `${name}(${args.join(',')})`),
      member.map((path) => `${path}/$count`),
      tie('operand').map((inner) => `(${inner})`),
      tie('operand').map((inner) => `-${inner}`),
    ),
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(tie('operand'), comparisons, tie('operand')).map((parts) => parts.join(' ')),
      fc
        .tuple(tie('expression'), pick(['and', 'or', 'AND', 'Or', '']), tie('expression'))
        .map((parts) => parts.join(' ')),
      tie('expression').map((inner) => `not (${inner})`),
      tie('expression').map((inner) => `(${inner})`),
      fc
        .tuple(tie('operand'), fc.array(literal, { maxLength: 4 }))
        .map(([left, list]) => `${left} in (${list.join(',')})`),
      fc
        .tuple(member, pick(['any', 'all']), member, comparisons, literal)
        .map(([over, name, path, sign, value]) => `${over}/${name}(x:x/${path} ${sign} ${value})`),
      member.map((over) => `${over}/any()`),
      tie('operand'),
    ),
  })).expression
}

/** Options and paths inside $select, some on values that take none. */
const partOf = ({ props }: TypeView): fc.Arbitrary<string> => {
  const known = [...props.values()].flatMap(({ name, prop: { type } }) =>
    typeof type === 'object' && type.kind === 'complex'
      ? Object.keys(type.props).map((member) => [name, member] as const)
      : [[name, '$it'] as const],
  )
  return fc
    .tuple(
      pick(known.length === 0 ? [['x', '$it'] as const] : known),
      literal,
      fc.array(pick(['select', 'filter', 'orderby', 'top', 'skip', '@p']), { maxLength: 3 }),
    )
    .map(([[name, member], value, options]) => {
      const texts: Readonly<Record<string, string>> = {
        select: `$select=${member}`,
        filter: `$filter=${member} eq ${value}`,
        orderby: `$orderby=${member} desc`,
        top: '$top=1',
        skip: 'skip=1',
        '@p': `@p=${value}`,
      }
      return options.length === 0 ? `${name}/${member}` : `${name}(${options.map((option) => texts[option]).join(';')})`
    })
}

/** Types that a name may be narrowed to, and one that is none. */
const castsOf = (model: Model, { type }: TypeView): string[] => [
  type.name,
  'x.y',
  ...derivedOf(model, type).map(({ name }) => name),
]

const expandOf = (model: Model, view: TypeView, depth = 2): fc.Arbitrary<string> => {
  const navs = [...view.navs.values()]
  const [first] = navs
  if (first === undefined) return word
  const before = fc.oneof(
    { weight: 9, arbitrary: fc.constant('') },
    pick(castsOf(model, view).map((type) => `${type}/`)),
  )
  return fc.constantFrom(...navs).chain(({ name, nav }) => {
    const target = model.view(nav.target)
    const alias = literal.map((value) => `@p=${value}`)
    const option = often(optionOf(model, target, depth - 1), alias)
    const nested = depth === 0 ? fc.constant('') : fc.array(option, { maxLength: 3 })
    const cast = fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      pick(castsOf(model, target).map((type) => `/${type}`)),
    )
    return fc.tuple(before, cast, nested, pick(['', '', '', '/$ref', '/$count'])).map(([start, type, options, end]) => {
      const text = Array.isArray(options) ? options.join(';') : options
      return `${start}${name}${type}${end}${text === '' ? '' : `(${text})`}`
    })
  })
}

const optionOf = (model: Model, view: TypeView, depth = 2): fc.Arbitrary<string> => {
  const member = memberOf(view)
  const list = (entry: fc.Arbitrary<string>) =>
    fc.array(entry, { minLength: 1, maxLength: 4 }).map((all) => all.join(','))
  const number = often(fc.integer({ min: -2, max: 2000 }).map(String), odd)
  return fc
    .oneof(
      { weight: 4, arbitrary: expressionOf(view).map((text) => `filter=${text}`) },
      list(fc.tuple(member, pick(['', ' asc', ' desc', ' up'])).map((parts) => parts.join(''))).map(
        (t) => `orderby=${t}`,
      ),
      list(often(member, fc.oneof(pick(['*', 'x.y/*', 'price($select=a)']), partOf(view)), 2)).map(
        (text) => `select=${text}`,
      ),
      list(often(expandOf(model, view, depth), pick(['*', '*/$ref']))).map((text) => `expand=${text}`),
      number.map((text) => `top=${text}`),
      number.map((text) => `skip=${text}`),
      number.map((text) => `levels=${text}`),
      pick([
        'count=true',
        'count=false',
        'count=maybe',
        'skiptoken=x',
        'deltatoken=x',
        'id=x',
        'format=json',
        'format=xml',
      ]),
      pick([
        'search=a',
        'search="a b" OR c',
        'search=NOT',
        'search=(a',
        'apply=x',
        'compute=x',
        'index=1',
        'nonsense=1',
      ]),
    )
    .map((text) => `$${text}`)
}

const queryOf = (model: Model, view: TypeView): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(
        often(
          optionOf(model, view),
          fc.tuple(odd, odd).map((parts) => parts.join('=')),
        ),
        { maxLength: 4 },
      ),
      fc.boolean(),
      fc.nat(4),
    )
    .map(([options, dollar, form]) => {
      const text = options.map((option) => (dollar ? option : option.replace(/^\$/, ''))).join('&')
      if (form === 0) return encodeURI(wellFormed(text)).replaceAll('%20', '+')
      return form === 1
        ? text
            .split('&')
            .map((part) => part.split('=').map(encoded).join('='))
            .join('&')
        : safe(text)
    })

/** Half characters have no bytes. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')
const encoded = (text: string): string => encodeURIComponent(wellFormed(text))
/** What a client cannot write on a request line at all is escaped; the rest goes as it is. */
const safe = (text: string): string => wellFormed(text).replace(/[^\x21-\x7e]/gu, encoded)

interface Place {
  readonly path: string
  readonly view: TypeView
}

const keyOf = (ids: readonly string[]): fc.Arbitrary<string> =>
  often(pick(ids), fc.oneof(odd.map(encoded), word, pick(['00000000-0000-4000-8000-000000000000', "'x'", 'a,b,c'])), 12)

/** A walk over the model: roots, keys, links. */
const placeOf = (model: Model, ids: readonly string[]): fc.Arbitrary<Place> => {
  const step = (place: Place, hops: number): fc.Arbitrary<Place> => {
    const navs = [...place.view.navs.values()].filter(({ nav }) => Object.keys(nav.can).length > 0)
    if (hops === 0 || navs.length === 0) return fc.constant(place)
    return fc
      .tuple(fc.constantFrom(...navs), keyOf(ids), pick(['/k', '(k)', "('k')", '']))
      .chain(([{ name, nav }, key, form]) => {
        const suffix = nav.many ? form.replace('k', () => key) : ''
        const next = { path: `${place.path}/${name}${suffix}`, view: model.view(nav.target) }
        return nav.many && suffix === '' ? fc.constant(next) : step(next, hops - 1)
      })
  }
  return fc.tuple(fc.constantFrom(...model.roots.values()), keyOf(ids), fc.nat(5)).chain(([root, key, hops]) => {
    const path = root.kind === 'set' && hops > 0 ? `/${root.name}/${key}` : `/${root.name}`
    return step({ path, view: model.view(root.target) }, root.kind === 'set' && hops === 0 ? 0 : hops)
  })
}

const deepText = fc
  .nat(3)
  .chain((size) => pick(['[', '{"a":', '[{"a":']).map((open) => `{"labels":${open.repeat(10 ** (size + 1))}`))

const headersFor = fc.record(
  {
    accept: often(
      pick(['application/json', '*/*', 'application/json;odata.metadata=full', 'text/plain']),
      odd.map(safe),
    ),
    prefer: often(
      pick([
        'return=minimal',
        'odata.track-changes',
        'track-changes; odata.maxpagesize=1',
        'odata.maxpagesize=2',
        'maxpagesize=0',
        'include-unknown-enum-members',
        'create-if-missing',
      ]),
      odd.map(safe),
    ),
    'if-match': pick(['*', 'W/"x"', '"x"', 'x', ',', 'W/"x", "y"']),
    'if-none-match': pick(['*', 'W/"x"', 'x']),
    'odata-maxversion': pick(['4.0', '4.01', '3.0', 'x']),
    consistencylevel: pick(['eventual', 'x']),
    'content-type': pick([
      'application/json',
      'application/json;charset=utf-8',
      'text/plain',
      'application/json; x',
      ';',
    ]),
    'accept-encoding': pick(['gzip', 'identity', '*;q=0']),
    'content-encoding': pick(['gzip', 'x']),
    'client-request-id': odd.map(safe),
    origin: pick(['https://x', 'null']),
    'x-http-method-override': pick(['PATCH', 'x']),
  },
  { requiredKeys: [] },
)

const methods = fc.oneof(
  { weight: 8, arbitrary: fc.constant('GET') },
  { weight: 6, arbitrary: pick(['POST', 'PATCH']) },
  { weight: 1, arbitrary: pick(['PUT', 'DELETE', 'HEAD', 'OPTIONS']) },
)

const ends = [
  ...new Array<string>(8).fill(''),
  '/$count',
  '/$ref',
  '/$value',
  '/$metadata',
  '/',
  '//',
  '/nothing',
  '/microsoft.graph.user',
]

/** Calls of what is declared on the type, well or badly made. */
const callsOf = ({ functions = {}, actions = {} }: EntityType): string[] => [
  ...Object.entries(functions).flatMap(([name, { params }]) => [
    `/${name}`,
    `/${name}(${Object.keys(params).map((param) => `${param}='a'`)})`,
    `/${name}(${Object.keys(params).map((param) => `${param}=1`)})`,
    `/${name}(${Object.keys(params).map((param) => `${param}=@p`)})?@p=1`,
    `/${name}?${Object.keys(params).map((param) => `${param}=1`)}`,
    `/${name}?${Object.keys(params).map((param) => `@${param}='a'`)}`,
  ]),
  ...Object.keys(actions).map((name) => `/${name}`),
]

/** Conditions in the address, as they are or escaped, and what may follow them. */
const narrowing = (view: TypeView): fc.Arbitrary<string> =>
  fc
    .tuple(expressionOf(view), fc.boolean(), pick(['', '', '/$count', '/$ref', '/$filter(true)', '/x', "('k')"]))
    .map(([text, isEscaped, end]) => `/$filter(${isEscaped ? encoded(text) : safe(text)})${end}`)

/** One request of a model, most of them disturbed; `authorization` is added as it is. */
export const requestOf = (model: Model, ids: readonly string[], authorization: string): fc.Arbitrary<FuzzRequest> =>
  fc.oneof(
    { weight: 16, arbitrary: disturbedOf(model, ids, authorization) },
    { weight: 4, arbitrary: soundRequestOf(model, ids, authorization) },
    soundCreateOf(model, authorization),
  )

const disturbedOf = (model: Model, ids: readonly string[], authorization: string): fc.Arbitrary<FuzzRequest> =>
  placeOf(model, ids).chain(({ path, view }) =>
    fc
      .record({
        method: methods,
        end: often(
          pick([...ends, ...callsOf(view.type)]),
          fc.oneof(
            odd.map((text) => `/${safe(text)}`),
            narrowing(view),
            pick(castsOf(model, view)).map((type) => `/${type}`),
          ),
          5,
        ),
        query: queryOf(model, view),
        headers: often(fc.constant({}), headersFor, 3),
        body: fc.oneof(
          { weight: 8, arbitrary: bodyOf(model, view, ids) },
          { weight: 1, arbitrary: deepText },
          { weight: 1, arbitrary: odd },
        ),
        batched: fc.nat(19),
      })
      .map(({ method, end, query, headers, body, batched }) => {
        const below = `${path}${end}${query === '' ? '' : `${end.includes('?') ? '&' : '?'}${query}`}`
        const common = { authorization, 'content-type': 'application/json', ...(headers as Record<string, string>) }
        if (batched === 0) {
          const requests = [0, 1].map((id) => ({
            id: `${id}`,
            method,
            url: below,
            headers: { 'content-type': 'application/json' },
            body,
          }))
          return {
            method: 'POST',
            target: `/${model.version}/$batch`,
            headers: { authorization, 'content-type': 'application/json' },
            body: JSON.stringify({ requests }),
          }
        }
        const carries = method === 'POST' || method === 'PATCH' || method === 'PUT'
        return { method, target: `/${model.version}${below}`, headers: common, body: carries ? body : undefined }
      }),
  )
