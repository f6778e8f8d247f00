/** The operations of the models, and which of them a request is: the rows of docs/parity.md. */

import { verbOf } from '#engine/access/authorize.ts'
import { resolvePath } from '#odata/url/path.ts'
import { models } from '#workloads/models.ts'

const versions = ['v1.0', 'beta']
const ofEntity = new Set(['get', 'update', 'replace', 'delete'])
const methods = {
  list: 'GET',
  get: 'GET',
  create: 'POST',
  update: 'PATCH',
  patchMember: 'PATCH',
  replace: 'PUT',
  delete: 'DELETE',
}

/** How the documents and the model say where an operation is known from. */
const standings = {
  docs: 'documented',
  observed: 'observed',
  metadata: 'inferred',
  ours: 'ours',
  later: 'not yet',
}

/** Addresses of the service as a whole, which no model declares. */
const ofTheService = [
  { key: '/$batch post', method: 'POST', address: '/$batch' },
  { key: '/$metadata get', method: 'GET', address: '/$metadata' },
]

const kindOf = (entry) => (entry.kind === 'set' || entry.many === true ? 'many' : 'one')

function methodOf(verb, many) {
  if (verb === 'link') return many ? 'POST' : 'PUT'
  return verb === 'unlink' ? 'DELETE' : methods[verb]
}

/** `place`: the address of the link. An id follows for what is done to one row of many. */
function addressOf(place, verb, many) {
  if (verb === 'link') return `${place}/$ref`
  if (verb === 'unlink') return many ? `${place}/{id}/$ref` : `${place}/$ref`
  return many && ofEntity.has(verb) ? `${place}/{id}` : place
}

const isOffered = ({ can }) => Object.keys(can).length > 0

const length = ({ place }) => place.split('/').length

/** Published addresses first, then the shortest, of these the documented ones. */
const nearer = (one, other) => one.ours - other.ours || length(one) - length(other) || one.guessed - other.guessed

/** Type → its address. */
function placesIn(model) {
  const places = new Map()
  const open = [...model.roots.values()]
    .filter(isOffered)
    .map((root) => placeOf(root, '', root, !model.isPublished(root)))
  while (open.length > 0) {
    open.sort(nearer)
    const at = open.shift()
    const { type, navs } = model.view(at.target)
    if (places.has(type.name)) continue
    places.set(type.name, at)
    for (const { name, nav } of navs.values()) {
      if (nav.contained === true && isOffered(nav))
        open.push(placeOf({ ...nav, name }, at.row, nav, !model.isPublished(nav), at.ours))
    }
  }
  return places
}

function placeOf({ name, target }, before, entry, isOurs, ours = 0) {
  const place = `${before}/${name}`
  return {
    target,
    place,
    row: kindOf(entry) === 'many' ? `${place}/{id}` : place,
    ours: ours + (isOurs ? 1 : 0),
    guessed: entry.can.get === 'docs' ? 0 : 1,
  }
}

/** `isPublished`: whether all that leads there is. */
function verbsOf({ owner, name, entry, place, isPublished = true }, model) {
  const many = kindOf(entry) === 'many'
  return Object.entries(entry.can).map(([verb, evidence]) => ({
    key: `${owner}/${name} ${verb}`,
    method: methodOf(verb, many),
    address: addressOf(place, verb, many),
    standing: standings[evidence],
    isPublished: isPublished && model.isPublished(entry) && evidence !== 'ours',
  }))
}

function callsOf(type, row, list, model) {
  const of = (method, operations = {}) =>
    Object.entries(operations).map(([name, facts]) => {
      const place = { service: '', collection: list, entity: row }[facts.on ?? 'entity']
      const named = facts.namespace === undefined ? name : `${facts.namespace}.${name}`
      // Optional parameters are query options.
      const needed = Object.entries(facts.params ?? {}).filter(([, { optional }]) => optional !== true)
      const call = method === 'GET' ? `${named}(${needed.map(([param]) => `${param}={${param}}`).join(',')})` : named
      return {
        key: `${type.name}.${name} call`,
        method,
        address: `${place}/${call}`,
        standing: standings[facts.evidence],
        isPublished: model.isPublished(facts) && facts.evidence !== 'ours',
      }
    })
  return [...of('GET', type.functions), ...of('POST', type.actions)]
}

function operationsIn(model) {
  const places = placesIn(model)
  const found = [...model.roots.values()].flatMap((root) =>
    verbsOf({ owner: '', name: root.name, entry: root, place: `/${root.name}` }, model),
  )
  for (const type of model.entities) {
    const at = nearest(places, model, type)
    if (at === undefined) continue
    for (const [name, nav] of Object.entries(type.navs))
      found.push(
        ...verbsOf(
          { owner: type.name, name, entry: nav, place: `${at.row}/${name}`, isPublished: at.ours === 0 },
          model,
        ),
      )
    found.push(...callsOf(type, at.row, at.place, model))
  }
  return found
}

/** A base type has no address of its own: that of the first type derived from it stands for it. */
function nearest(places, model, type) {
  const own = places.get(type.name)
  if (own !== undefined) return own
  const derived = model.entities.find(({ base, name }) => base?.name === type.name && places.has(name))
  return derived && places.get(derived.name)
}

/** Every operation once, sorted by address; `versions` are those in which Microsoft publishes it. */
export function operations() {
  const found = new Map(
    ofTheService.map((entry) => [entry.key, { ...entry, standing: 'documented', versions: [...versions] }]),
  )
  for (const version of versions) {
    for (const { isPublished, ...operation } of operationsIn(models[version])) {
      const known = found.get(operation.key) ?? { ...operation, versions: [] }
      if (isPublished) known.versions.push(version)
      found.set(operation.key, known)
    }
  }
  return [...found.values()].toSorted((one, other) => {
    const [a, b] = [`${one.address} ${one.method}`, `${other.address} ${other.method}`]
    return a < b ? -1 : 1
  })
}

function declarerOf(type, name) {
  if (type.navs !== undefined && Object.hasOwn(type.navs, name)) return type.name
  return type.base === undefined ? undefined : declarerOf(type.base, name)
}

function callerOf(type, name) {
  const own = { ...type.functions, ...type.actions }
  return Object.hasOwn(own, name) || type.base === undefined ? type.name : callerOf(type.base, name)
}

function stepKey(method, { steps, ref, counted }) {
  const last = steps.at(-1)
  const verb = counted ? 'list' : verbOf(method, last, false, ref)
  if (last.root !== undefined) return `/${last.name} ${verb}`
  // A cast changes the type of the step, not who declares the link.
  const owner = steps.at(-2)?.target
  return owner && `${declarerOf(owner, last.name)}/${last.name} ${verb}`
}

/** The key of the operation that a request is; undefined for none, as for single properties. `target`: from the version on. */
export function operationOf(method, target) {
  const [, version = '', path = '', query = ''] = /^\/+(v1\.0|beta)([^?]*)\??(.*)$/s.exec(target) ?? []
  if (version === '') return undefined
  const ofService = ofTheService.find(({ address, method: own }) => address === path.toLowerCase() && own === method)
  if (ofService !== undefined) return ofService.key
  try {
    const resolved = resolvePath(models[version], path, false, query)
    if (resolved.call !== undefined) {
      const { name } = resolved.call
      const bound =
        resolved.steps.at(-1)?.target ??
        models[version].entities.find(
          (type) => callerOf(type, name) === type.name && Object.hasOwn({ ...type.functions, ...type.actions }, name),
        )
      return bound && `${callerOf(bound, name)}.${name} call`
    }
    return resolved.property !== undefined || resolved.steps.length === 0 ? undefined : stepKey(method, resolved)
  } catch {
    // Refused before it is known to be an operation.
    return undefined
  }
}
