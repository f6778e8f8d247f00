/** Every operation of a model, functions and actions too, each at its shortest address, with keys still open. */
import type { ActionFacts, EntityType, FunctionFacts, Verb } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import type { Version } from '#edm/props.ts'
import type { PrimitiveName } from '#edm/types.ts'
import { models } from '#workloads/models.ts'

export interface Operation {
  readonly version: Version
  readonly method: string
  /** `/termStore/groups/{microsoft.graph.termStore.group}` */
  readonly path: string
  /** What a call amounts to: a function gets, an action updates unless it only reads. */
  readonly verb: Verb
  /** Name of the function or action. */
  readonly call?: string
  /** What it is done to. */
  readonly type: EntityType
  /** Permissions of which one is enough, as the model has them. */
  readonly permissions: readonly string[] | undefined
  /** The behaviour asks for permissions, not the model. */
  readonly located: boolean
}

type Rest = Pick<Operation, 'method' | 'verb' | 'path'>
type Can = Readonly<Partial<Record<Verb, string>>>

const onMany: readonly [Verb, string, string][] = [
  ['list', 'GET', ''],
  ['create', 'POST', ''],
  ['patchMember', 'PATCH', ''],
  ['link', 'POST', '/$ref'],
]
const onOne: readonly [Verb, string, string][] = [
  ['get', 'GET', ''],
  ['update', 'PATCH', ''],
  ['replace', 'PUT', ''],
  ['delete', 'DELETE', ''],
]
const reads: ReadonlySet<Verb> = new Set<Verb>(['list', 'get'])

const literals: Readonly<Partial<Record<PrimitiveName, string>>> = {
  'Edm.String': "'x'",
  'Edm.Boolean': 'true',
  'Edm.DateTimeOffset': '2026-01-01T00:00:00Z',
  'Edm.Guid': '11111111-2222-4333-8444-555555555555',
}

/** A value of the type, as an address has it. */
const literalOf = (type: PrimitiveName): string => literals[type] ?? '1'

export const operationsOf = (version: Version, model: Model = models[version]): readonly Operation[] => {
  const found: Operation[] = []
  const seen = new Set<string>()

  const add = (facts: Omit<Operation, 'version'>): void => {
    found.push({ version, ...facts })
  }
  const addAll = (
    verbs: readonly [Verb, string, string][],
    address: string,
    can: Can,
    type: EntityType,
    guard: EntityType = type,
    located = false,
  ): void => {
    for (const [verb, method, after] of verbs) {
      if (can[verb] === undefined || can[verb] === 'later') continue
      const asked = reads.has(verb) ? type.scopes?.read : (after === '' ? type : guard).scopes?.write
      add({ method, path: address + after, verb, type: after === '' ? type : guard, permissions: asked, located })
    }
  }

  const addCall = (
    type: EntityType,
    one: string,
    name: string,
    facts: FunctionFacts | ActionFacts,
    rest: Rest,
  ): void => {
    if (facts.evidence === 'later') return
    const at = { entity: one, collection: one.slice(0, one.lastIndexOf('/')), service: '' }[facts.on ?? 'entity']
    add({
      ...rest,
      path: `${at}/${facts.namespace === undefined ? name : `${facts.namespace}.${name}`}${rest.path}`,
      type,
      call: name,
      permissions: facts.scopes,
      located: false,
    })
  }
  /** `one`: address of a row, which for what is bound to a collection ends with a key. */
  const addCalls = (type: EntityType, one: string): void => {
    for (const [name, facts] of Object.entries(type.functions ?? {})) {
      const needed = Object.entries(facts.params).filter(([, param]) => !('optional' in param))
      const values = needed.map(([param, { type: of }]) => `${param}=${literalOf(of)}`)
      addCall(type, one, name, facts, { method: 'GET', verb: 'get', path: `(${values.join(',')})` })
    }
    for (const [name, facts] of Object.entries(type.actions ?? {}))
      addCall(type, one, name, facts, { method: 'POST', verb: facts.reads === true ? 'get' : 'update', path: '' })
  }

  const waiting: { readonly type: EntityType; readonly address: string }[] = []
  const visit = (type: EntityType, address: string): void => {
    if (seen.has(type.name)) return
    seen.add(type.name)
    waiting.push({ type, address })
  }
  for (const root of model.roots.values()) {
    const type = { ...model.view(root.target).type, ...root.guard }
    const address = `/${root.name}`
    const key = `${address}/{${type.name}}`
    if (root.kind === 'set') addAll(onMany, address, root.can, type)
    addAll(onOne, root.kind === 'set' ? key : address, root.can, type, type, root.located === true)
    visit(model.view(root.target).type, root.kind === 'set' ? key : address)
  }
  for (const { type, address } of waiting) {
    const view = model.view(type.name)
    for (const { name, nav } of view.navs.values()) {
      const leadsTo = model.view(nav.target).type
      const target = { ...leadsTo, ...nav.guard }
      const below = `${address}/${name}`
      const key = `${below}/{${target.name}}`
      const linking = nav.many && nav.linkedBy !== undefined ? model.view(nav.linkedBy.type).type : undefined
      const guard = linking?.scopes === undefined ? type : linking
      const can = (nav as { readonly can?: Can }).can ?? {}
      if (nav.many) addAll(onMany, below, can, target, guard)
      addAll(onOne, nav.many ? key : below, can, target)
      if (nav.many && can.unlink !== undefined) addAll([['unlink', 'DELETE', '/$ref']], key, can, target, guard)
      visit(leadsTo, nav.many ? key : below)
    }
    addCalls(type, address)
  }
  return found
}
