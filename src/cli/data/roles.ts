/** `relata roles`: the catalogue of roles of a database, also while servers run on it, or of a server. */
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { rolesControlOf } from '#app/adapters/about/roles-control.ts'
import { tenantListOf } from '#app/adapters/tenant-list.ts'
import type { Config } from '#app/config.ts'
import { ClockMoved, openParts, type Parts } from '#app/parts.ts'
import { faultLines } from '#app/seed/format/seed-check.ts'
import { type RolesOutcome, rolesInForceOn } from '#app/tenants/roles-in-force.ts'
import { systemClock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { randomIds } from '#base/ids.ts'
import { printable, printableJson } from '#base/json.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { openStore } from '#store/store.ts'
import { rolesFileOf } from '#workloads/directory/catalogue/roles-list.ts'
import { type BuiltInRole, bundledRoles } from '#workloads/directory/role-catalogue.ts'
import { models } from '#workloads/models.ts'
import { call } from '../remote/call.ts'
import { documentIn } from '../remote/given-document.ts'
import type { Target } from '../remote/target.ts'
import { listStates } from '../serve/server-state.ts'
import { needUpgraded } from './schema.ts'

/** A server, or the database of the settings. */
export interface RolesPlace {
  readonly target: Target | undefined
  /** For a registry. */
  readonly token: string | undefined
  readonly config: Config
}

export interface UpdateWish {
  readonly from: string
  readonly dryRun: boolean
  readonly force: boolean
  readonly asOf: string | undefined
}

type RolesFile = ReturnType<typeof rolesFileOf>
/** As a server answers it. */
type Outcome = RolesOutcome & { readonly dryRun: boolean }

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

const path = '/_relata/roles'

function headersOf({ token }: RolesPlace): Readonly<Record<string, string>> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` }
}

/** Only for reading: no engine is made. Without a database it is what Relata brings. */
async function readDatabase(config: Config): Promise<RolesFile> {
  const { location, databaseUrl } = config
  if (databaseUrl === undefined && !existsSync(databaseFile(location))) return rolesFileOf(bundledRoles)
  await needUpgraded(config)
  const place = { location, ...(databaseUrl === undefined ? {} : { url: databaseUrl }) }
  const store = await openStore({ models: Object.values(models), ...place })
  try {
    const tenants = tenantListOf(store)
    await tenants.refresh()
    const clocks = { clock: systemClock, realClock: systemClock }
    const roles = await rolesInForceOn({ store, tenants, ...clocks, ids: randomIds, report: () => undefined })
    return rolesFileOf(roles.current().catalogue)
  } finally {
    await store.close()
  }
}

function lineOf({ id, name, gdap, state, privileged }: BuiltInRole): string {
  const marks = [...(state === 'current' ? [] : [state]), ...(privileged ? ['privileged'] : [])]
  return printable(`${id}  ${gdap.padEnd(7)}  ${name}${marks.length === 0 ? '' : `  (${marks.join(', ')})`}`)
}

/** `gdap`: only roles with one of these values. */
export async function listRoles(
  place: RolesPlace,
  gdap: readonly string[] | undefined,
  isJson: boolean,
): Promise<void> {
  const { target, config } = place
  const file =
    target === undefined
      ? await readDatabase(config)
      : await call<RolesFile>(target, { path, headers: headersOf(place) })
  const roles = gdap === undefined ? file.roles : file.roles.filter((role) => gdap.includes(role.gdap))
  // A part is no file that can be read again: what it leaves out would be withdrawn.
  if (isJson) say(printableJson(gdap === undefined ? file : { asOf: file.asOf, roles }))
  else for (const role of roles) say(lineOf(role))
}

/** A server that has its database for itself takes the list all the same. */
async function openDatabase(config: Config): Promise<Parts> {
  const { inMemory: _, location, ...settings } = config
  try {
    return await openParts({ ...settings, database: location, seed: 'none' })
  } catch (error) {
    if (!(error instanceof ClockMoved)) throw error
    const [only, ...others] = listStates(location)
    const address = only === undefined || others.length > 0 ? 'ADDRESS' : only.url
    throw new Error(`${error.message}\ntip: --url ${address} updates the roles of the server that runs`, {
      cause: error,
    })
  }
}

async function updateDatabase(config: Config, list: unknown, wish: UpdateWish): Promise<Outcome> {
  await needUpgraded(config)
  const parts = await openDatabase(config)
  try {
    const roles = rolesControlOf(parts.roles, () => undefined)
    return (await roles.update(list, wish, `${userInfo().username} at the command line`)) as unknown as Outcome
  } catch (error) {
    throw error instanceof AppError ? new Error(faultLines(error).join('\n'), { cause: error }) : error
  } finally {
    await parts.close()
  }
}

function updateServer(place: RolesPlace, target: Target, body: unknown, wish: UpdateWish): Promise<Outcome> {
  const { dryRun, force, asOf } = wish
  const query = new URLSearchParams({
    ...(dryRun ? { dryRun: 'true' } : {}),
    ...(force ? { force: 'true' } : {}),
    ...(asOf === undefined ? {} : { asOf }),
  })
  return call(target, { method: 'POST', path: `${path}?${query}`, body, headers: headersOf(place) })
}

function linesOf({ from, asOf, added, changed, withdrawn, tenants, dryRun }: Outcome): string[] {
  const roles = [
    ...added.map(({ id, name }) => `added      ${id}  ${name}`),
    ...changed.map(({ id, name, members }) => `changed    ${id}  ${name}: ${members.join(', ')}`),
    ...withdrawn.map(({ id, name }) => `withdrawn  ${id}  ${name}`),
  ]
  const isSame = roles.length === 0 && from === asOf
  const first = isSame ? `the catalogue of ${asOf} is the same` : `the catalogue of ${from} becomes that of ${asOf}`
  const last = dryRun ? 'nothing was changed: this was a dry run' : `tenants brought up to it: ${tenants}`
  return [first, ...roles, last].map(printable)
}

export async function updateRoles(place: RolesPlace, wish: UpdateWish, isJson: boolean): Promise<void> {
  const list = await documentIn(wish.from)
  const { target, config } = place
  const outcome =
    target === undefined ? await updateDatabase(config, list, wish) : await updateServer(place, target, list, wish)
  if (isJson) say(printableJson(outcome))
  else for (const line of linesOf(outcome)) say(line)
}
