/** `relata tenant`: the tenants of a database, also while servers run on it. */
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { checkedPatch } from '#app/adapters/tenant-control.ts'
import { tenantListOf } from '#app/adapters/tenant-list.ts'
import type { Config } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { readSeed } from '#app/seed/format/read-seed.ts'
import { checkedTenants, faultLines } from '#app/seed/format/seed-check.ts'
import type { SeedPerson, SeedTenant } from '#app/seed/format/seed-format.ts'
import { seedSchema } from '#app/seed/format/seed-schema.ts'
import { loadYaml } from '#app/seed/format/yaml-text.ts'
import type { TenantPatch } from '#app/tenants/tenant-update.ts'
import { type TenantView, viewOf } from '#app/tenants/tenant-view.ts'
import type { TenantManagement } from '#app/tenants/tenants.ts'
import { hashSecret } from '#auth/directory/directory.ts'
import { AppError } from '#base/errors.ts'
import { printable, printableJson } from '#base/json.ts'
import { openStore } from '#store/store.ts'
import { models } from '#workloads/models.ts'
import { anyApplication } from '#workloads/term-store/rules/roles/roles.ts'
import { noteOnPeople } from './known-by.ts'
import { needUpgraded } from './schema.ts'

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** The faults of a refusal, one line each. */
async function worded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.kind === 'notFound') throw new Error(`${error.message} relata tenant list shows them.`, { cause: error })
    throw new Error(faultLines(error).join('\n'), { cause: error })
  }
}

async function managing<T>(config: Config, work: (tenants: TenantManagement) => Promise<T>): Promise<T> {
  const { inMemory: _, location, ...settings } = config
  const parts = await openParts({ ...settings, database: location, seed: 'none' })
  try {
    return await worded(() => work(parts.manageTenants({ note: () => undefined, environment: process.env })))
  } finally {
    await parts.close()
  }
}

/** Only for reading: nothing comes due, and no engine is made. */
async function reading<T>(
  config: Config,
  work: (find: (id: string) => Promise<TenantView | undefined>, all: () => Promise<TenantView[]>) => Promise<T>,
): Promise<T> {
  await needUpgraded(config)
  const { location, databaseUrl } = config
  const store = await openStore({
    models: Object.values(models),
    location,
    ...(databaseUrl === undefined ? {} : { url: databaseUrl }),
  })
  try {
    const list = tenantListOf(store)
    await list.refresh()
    const find = async (idOrDomain: string) => {
      const known = list.find(idOrDomain)
      return known === undefined ? undefined : viewOf(store, known.id)
    }
    const all = async () => {
      const views: TenantView[] = []
      for (const { id } of list.all()) {
        const view = await viewOf(store, id)
        if (view !== undefined) views.push(view)
      }
      return views
    }
    return await work(find, all)
  } finally {
    await store.close()
  }
}

function linesOf(view: TenantView): string[] {
  const { termStore, administrators, rootSite } = view
  const names = administrators.map(({ id, userPrincipalName }) =>
    userPrincipalName === null || userPrincipalName.startsWith(`${id}@`) ? id : `${userPrincipalName}=${id}`,
  )
  const rows: readonly (readonly [string, string])[] = [
    ['id', view.id],
    ['name', view.displayName],
    ['default domain', view.defaultDomain],
    ['initial domain', view.initialDomain],
    ['other domains', view.domains.join(', ') || 'none'],
    ['kind', view.isPartner ? 'partner (has the group AdminAgents)' : 'customer'],
    ['administrators', names.join(', ') || 'none: nobody can administer it; relata tenant update --administrator NAME'],
    [
      'term store',
      termStore === null ? 'none' : `${termStore.languages.join(', ')}; default ${termStore.defaultLanguage}`,
    ],
    ...(termStore === null || termStore.administrators.length === 0
      ? []
      : ([['and its administrators', termStore.administrators.join(', ')]] as const)),
    ['root site', rootSite?.webUrl ?? 'none'],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`)
}

/** Where nobody has said how people are known, it is part of what the command tells; else it is a warning. */
function tellOfPeople(flags: TenantFlags, { defaultDomain }: TenantView, { issuers, output }: Config): void {
  const note = noteOnPeople(flags, defaultDomain, issuers)
  if (note?.isWarning === true) process.stderr.write(`relata: ${note.text}\n`)
  else if (note !== undefined && output !== 'json') say(note.text)
}

/** `list`: one JSON text with all of them, else one for each. */
export type TenantForm = 'text' | 'json' | 'list'

export function printTenant(view: TenantView, form: TenantForm): void {
  say(form === 'text' ? linesOf(view).join('\n') : printableJson(view))
}

function show(view: TenantView, { output }: Config): void {
  printTenant(view, output)
}

export function printTenants(views: readonly TenantView[], form: TenantForm): void {
  if (form === 'list') say(printableJson(views))
  else if (form === 'json') for (const view of views) say(printableJson(view))
  else if (views.length === 0) say('no tenants; relata tenant add --id ID --name NAME --domain DOMAIN adds one')
  else
    for (const { id, defaultDomain, displayName, isPartner } of views)
      say(printable(`${id}  ${defaultDomain}  ${displayName}${isPartner ? '  (partner)' : ''}`))
}

export async function listTenants(config: Config, form: TenantForm): Promise<void> {
  printTenants(await reading(config, (_, all) => all()), form)
}

export async function showTenant(config: Config, idOrDomain: string, form: TenantForm): Promise<void> {
  const view = await reading(config, (find) => find(idOrDomain))
  if (view === undefined) throw new Error(`There is no tenant '${idOrDomain}'. relata tenant list shows them.`)
  printTenant(view, form)
}

/** What the flags of `add` and `update` say; lists are separated by commas. */
export interface TenantFlags {
  readonly id?: string
  readonly name?: string
  readonly domain?: string
  readonly initialDomain?: string
  readonly otherDomains?: string
  readonly administrator?: readonly string[]
  readonly person?: readonly string[]
  readonly languages?: string
  readonly defaultLanguage?: string
  readonly country?: string
  readonly partner?: boolean
  readonly wellKnownApplications?: boolean
  readonly rootSite?: string
  readonly file?: string
}

function listIn(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** A person of `--person`: the same, but for an object id alone. */
function personIn(text: string): SeedPerson {
  const [userPrincipalName = '', id] = text.split('=')
  return { userPrincipalName, ...(id === undefined ? {} : { id }) }
}

/** `ada@contoso.example`, an object id, or `ada@contoso.example=<object id>`. */
function administratorIn(text: string): NonNullable<SeedTenant['administrators']>[number] {
  const [userPrincipalName = '', id] = text.split('=')
  return id === undefined ? userPrincipalName : { userPrincipalName, id }
}

function membersOf(flags: TenantFlags): TenantPatch {
  const { name, domain, initialDomain, otherDomains, languages, defaultLanguage, country, partner, person } = flags
  const administrator = flags.administrator?.filter((one) => one !== anyApplication)
  const hasOthers = administrator !== undefined && (administrator.length > 0 || flags.administrator?.length === 0)
  const termStore = {
    ...(flags.administrator?.includes(anyApplication) === true ? { administrators: [anyApplication] } : {}),
    ...(languages === undefined ? {} : { languages: listIn(languages) }),
    ...(defaultLanguage === undefined ? {} : { defaultLanguage }),
  }
  return {
    ...(name === undefined ? {} : { displayName: name }),
    ...(domain === undefined ? {} : { defaultDomain: domain }),
    ...(initialDomain === undefined ? {} : { initialDomain }),
    ...(otherDomains === undefined ? {} : { domains: listIn(otherDomains) }),
    ...(hasOthers ? { administrators: administrator.map(administratorIn) } : {}),
    ...(person === undefined ? {} : { people: person.map(personIn) }),
    ...(country === undefined ? {} : { countryLetterCode: country }),
    ...(partner === undefined ? {} : { isPartner: partner }),
    ...(Object.keys(termStore).length === 0 ? {} : { termStore }),
  }
}

/** Each fault names a member of the seed format; this is the flag behind it. */
const flagOf: Readonly<Record<string, string>> = {
  displayName: '--name',
  defaultDomain: '--domain',
  initialDomain: '--initial-domain',
  domains: '--other-domains',
  administrators: '--administrator',
  people: '--person',
  'termStore/administrators': '--administrator',
  countryLetterCode: '--country',
  'termStore/languages': '--languages',
  'termStore/defaultLanguage': '--default-language',
  id: '--id',
  sites: '--root-site',
}

function withFlags(error: Error): Error {
  const lines = error.message.split('\n').map((line) => {
    const [, path = '', rest = ''] = /^([\w/]+): (.*)$/.exec(line) ?? []
    const member = Object.keys(flagOf).find((name) => path === name || path.startsWith(`${name}/`))
    return member === undefined ? line : `${flagOf[member]}: ${rest}`
  })
  return new Error(lines.join('\n'), { cause: error })
}

function who(): string {
  return `${userInfo().username} at the command line`
}

async function addOne(config: Config, flags: TenantFlags): Promise<readonly TenantView[]> {
  const { id, wellKnownApplications, rootSite } = flags
  const given = {
    ...(id === undefined ? {} : { id }),
    ...membersOf(flags),
    ...(rootSite === undefined ? {} : { sites: [{ path: '', hostName: rootSite }] }),
    ...(wellKnownApplications === true ? { applications: 'well-known' } : {}),
  }
  const work = async () => {
    const seeds = checkedTenants([given], [''])
    return managing(config, (tenants) => tenants.add(seeds, [''], who()))
  }
  return worded(work).catch((error: Error) => {
    throw withFlags(error)
  })
}

async function addFile(config: Config, file: string): Promise<readonly TenantView[]> {
  let seeds: readonly SeedTenant[]
  if (/\.ya?ml$/i.test(file)) await loadYaml()
  try {
    seeds = readSeed(file, false).tenants
  } catch (error) {
    throw new Error(`${file} ${(error as Error).message}`, { cause: error })
  }
  const paths = seeds.map((_, at) => `tenants/${at}`)
  return managing(config, (tenants) => tenants.add(seeds, paths, who()))
}

export async function addTenant(config: Config, flags: TenantFlags): Promise<void> {
  const made = await (flags.file === undefined ? addOne(config, flags) : addFile(config, flags.file))
  if (config.output === 'json') for (const view of made) say(printableJson(view))
  else for (const view of made) say(`added ${printable(view.displayName)}\n${linesOf(view).join('\n')}`)
  const [only] = made
  if (flags.file === undefined && only !== undefined) tellOfPeople(flags, only, config)
}

/** The command adds to those of the term store, who are not administrators of the tenant. */
function withStoreAdministrators(patch: TenantPatch, present: readonly string[]): TenantPatch {
  const { administrators, ...store } = patch.termStore ?? {}
  if (administrators === undefined) return patch
  return { ...patch, termStore: { ...store, administrators: [...new Set([...present, ...administrators])] } }
}

export async function updateTenant(config: Config, idOrDomain: string, flags: TenantFlags): Promise<void> {
  await needUpgraded(config)
  const view = await worded(async () => {
    const patch = checkedPatch(membersOf(flags))
    return managing(config, async (tenants) => {
      const { termStore } = await tenants.show(idOrDomain)
      return tenants.update(idOrDomain, withStoreAdministrators(patch, termStore?.administrators ?? []), who())
    })
  }).catch((error: Error) => {
    throw withFlags(error)
  })
  show(view, config)
  tellOfPeople(flags, view, config)
}

/** On a terminal the name is asked for. */
async function confirmed(view: TenantView): Promise<string> {
  const tip = `--confirm '${view.displayName}'`
  if (!process.stdin.isTTY)
    throw new Error(`removing ${view.displayName} cannot be undone\ntip: confirm it with its name: ${tip}`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(
      `Everything of ${printable(view.displayName)} (${view.defaultDomain}) will be removed, for good.\nType its name: `,
    )
  } finally {
    terminal.close()
  }
}

export async function removeTenant(config: Config, idOrDomain: string, confirm: string | undefined): Promise<void> {
  await needUpgraded(config)
  await managing(config, async (tenants) => {
    const view = await tenants.show(idOrDomain)
    await tenants.remove(view.id, confirm ?? (await confirmed(view)), who())
    say(`removed ${printable(view.displayName)} (${view.id})`)
  })
}

/** From the standard input, so that it is in no list of processes and no history. */
export async function printSecretHash(): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  const secret = Buffer.concat(parts).toString('utf8').trim()
  if (secret === '') throw new Error('the secret is read from the standard input, which is empty')
  say(await hashSecret(secret))
}

export function printSeedSchema(): void {
  say(JSON.stringify(seedSchema, null, 2))
}
