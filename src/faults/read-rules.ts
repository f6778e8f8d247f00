/** Rules from JSON, checked: what is wrong with them is reported together, each fault at its path. */
import { durationOf, lengthOf } from '#base/duration.ts'
import { Faults } from '#base/errors.ts'
import { below, checkAgainst } from '#base/schema-check.ts'
import type { FaultedRows, FaultWhat, FaultWish, GdapFault, MachineNames } from './rule.ts'
import { type FaultSchemas, faultSchemasOf } from './rule-schema.ts'

/** What a text may mean, which only the server knows. */
export interface RuleNames extends MachineNames {
  /** Id of the tenant with that id or domain; undefined: there is none. */
  tenantId(idOrDomain: string): string | undefined
}

export interface RuleReader {
  /** Throws `invalid` with every fault. */
  rule(value: unknown): FaultWish
  /** The rules of a scenario; throws as `rule`. */
  scenario(value: unknown): readonly FaultWish[]
}

const headerForm = /^[A-Za-z0-9-]{1,64}$/
/** Of the transport, and those by which the answer is known. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...['connection', 'content-encoding', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'],
  ...['client-request-id', 'relata-fault', 'request-id', 'retry-after', 'trailer', 'upgrade'],
])

/** Members that decide what a request is answered with; the others come on top of an answer. */
const answering = ['status', 'opaque', 'drop', 'emptyList', 'listLag', 'gdap'] as const

function checkDuration(value: string | undefined, path: string, faults: Faults): void {
  if (value === undefined) return
  const duration = durationOf(value)
  if (duration === undefined || lengthOf(duration) < 0)
    faults.add(path, `'${value}' is not an ISO 8601 duration, such as PT30S.`)
}

function checkMachine(
  rows: FaultedRows | undefined,
  machines: MachineNames['stuck'],
  path: string,
  faults: Faults,
): void {
  if (rows?.status === undefined) return
  const { machine, status } = rows
  const known = machines[machine] ?? []
  if (!known.includes(status))
    faults.add(
      below(path, 'status'),
      `'${status}' is not one of ${known.join(', ')}, where this is possible for '${machine}'.`,
    )
}

function checkGdap(rule: FaultWish, gdap: GdapFault, names: MachineNames, path: string, faults: Faults): void {
  const at = below(path, 'what/gdap')
  const given = Object.keys(gdap).filter((name) => name !== 'relationshipId')
  if (given.length > 1) faults.add(at, `One of ${given.join(', ')} is given; the others need rules of their own.`)
  if (given.length === 0) faults.add(at, 'One of stuck, failing and latencySeconds is needed.')
  if (gdap.relationshipId !== undefined && gdap.latencySeconds === undefined)
    faults.add(
      below(at, 'relationshipId'),
      "'relationshipId' goes with 'latencySeconds'; 'stuck' and 'failing' have their own.",
    )
  checkMachine(gdap.stuck, names.stuck, below(at, 'stuck'), faults)
  checkMachine(gdap.failing, names.failing, below(at, 'failing'), faults)
  if (rule.where !== undefined)
    faults.add(below(path, 'where'), "'where' selects requests; what 'gdap' is about is selected in 'gdap' itself.")
  if (rule.after !== undefined) faults.add(below(path, 'after'), "'after' is not possible with 'gdap'.")
}

function answeringOf(what: FaultWhat): readonly string[] {
  return answering.filter((name) => what[name] !== undefined && what[name] !== false)
}

function checkLatency({ gdap, listLag, emptyList }: FaultWhat, path: string, faults: Faults): void {
  if (gdap !== undefined) faults.add(path, "'latencyMs' delays answers; 'gdap' has 'latencySeconds'.")
  if (listLag !== undefined || emptyList === true)
    faults.add(path, "'latencyMs' is not possible with lists: it needs a rule of its own.")
}

function checkWhat({ what, after }: FaultWish, path: string, faults: Faults): void {
  const at = below(path, 'what')
  const given = answeringOf(what)
  if (given.length > 1) faults.add(at, `${given.join(' and ')} exclude each other.`)
  if (given.length === 0 && what.latencyMs === undefined)
    faults.add(at, `One of ${[...answering, 'latencyMs'].join(', ')} is needed.`)
  if (what.latencyMs !== undefined) checkLatency(what, below(at, 'latencyMs'), faults)
  for (const name of Object.keys(what.headers ?? {})) {
    if (!headerForm.test(name)) faults.add(below(at, 'headers'), `'${name}' is not the name of a header.`)
    else if (ownHeaders.has(name.toLowerCase()))
      faults.add(below(at, `headers/${name}`), `The header '${name}' is made by the server.`)
  }
  for (const name of ['retryAfter', 'code', 'message', 'headers'] as const)
    if (what[name] !== undefined && what.status === undefined)
      faults.add(below(at, name), `'${name}' needs a 'status'.`)
  checkDuration(what.listLag, below(at, 'listLag'), faults)
  if (after !== undefined && (what.listLag !== undefined || what.emptyList === true))
    faults.add(below(path, 'after'), "'after' is not possible with lists: they are always read first.")
}

/** Milliseconds; undefined where it is not given, or no duration. */
function givenMillis(value: string | undefined): number | undefined {
  const duration = value === undefined ? undefined : durationOf(value)
  return duration && lengthOf(duration)
}

function checkTimes({ from, until }: FaultWish, path: string, faults: Faults): void {
  checkDuration(from, below(path, 'from'), faults)
  checkDuration(until, below(path, 'until'), faults)
  const end = givenMillis(until)
  if (end !== undefined && end <= (givenMillis(from) ?? 0))
    faults.add(below(path, 'until'), `'${until}' is not later than 'from', so the rule would never be applied.`)
}

function checkRule(rule: FaultWish, names: RuleNames, path: string, faults: Faults): void {
  const { where = {}, what, after, rate, seed } = rule
  checkWhat(rule, path, faults)
  if (what.gdap !== undefined) checkGdap(rule, what.gdap, names, path, faults)
  if (where.tenant !== undefined && names.tenantId(where.tenant) === undefined)
    faults.add(below(path, 'where/tenant'), `There is no tenant '${where.tenant}'.`)
  if (where.status !== undefined && after === undefined)
    faults.add(below(path, 'where/status'), "The status is known when the request is carried out, so it needs 'after'.")
  checkDuration(where.deletedWithin, below(path, 'where/deletedWithin'), faults)
  checkTimes(rule, path, faults)
  if (seed !== undefined && rate === undefined) faults.add(below(path, 'seed'), "'seed' needs a 'rate'.")
}

export function ruleReader(names: RuleNames): RuleReader {
  let made: FaultSchemas | undefined
  // Made for the first rule: most worlds have none, and there may be hundreds of worlds.
  const schemas = (): FaultSchemas => {
    made ??= faultSchemasOf(names)
    return made
  }
  const all = (values: readonly FaultWish[], pathOf: (at: number) => string, faults: Faults): void => {
    faults.throwIfAny()
    for (const [at, rule] of values.entries()) checkRule(rule, names, pathOf(at), faults)
    faults.throwIfAny()
  }
  return {
    rule: (value) => {
      const faults = new Faults()
      checkAgainst(value, schemas().rule, faults)
      all([value as FaultWish], () => '', faults)
      return value as FaultWish
    },
    scenario: (value) => {
      const faults = new Faults()
      checkAgainst(value, schemas().scenario, faults)
      faults.throwIfAny()
      const { rules } = value as { rules: readonly FaultWish[] }
      const seen = new Set<string>()
      for (const [at, { id }] of rules.entries()) {
        if (id !== undefined && seen.has(id)) faults.add(`rules/${at}/id`, `The id '${id}' is there twice.`)
        if (id !== undefined) seen.add(id)
      }
      all(rules, (at) => `rules/${at}`, faults)
      return rules
    },
  }
}
