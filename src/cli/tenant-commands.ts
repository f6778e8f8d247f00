/** The commands below `relata tenant` and their flags. */
import type { Command } from 'commander'
import type { Config, Flags } from '#app/config.ts'
import type { TenantFlags } from './data/tenants.ts'
import { originIn, type Target } from './remote/target.ts'

export interface TenantCommandParts {
  /** Adds the flags that say where the database is, and in which form the output is. */
  readonly placed: (command: Command) => Command
  /** The same, and the one with the issuers that people sign in with. */
  readonly withIssuers: (command: Command) => Command
  readonly configFrom: (flags: Flags) => Promise<Config>
  /** Throws what the caller of the command has done wrong. */
  readonly misuse: (text: string) => never
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function described(command: Command): Command {
  return command
    .option('--name <name>', 'name of the organisation')
    .option('--domain <domain>', 'default domain, which also stands for the tenant in sign-in addresses')
    .option('--initial-domain <domain>', 'domain that came with the tenant; the default domain unless given')
    .option('--other-domains <domains>', 'further verified domains, separated by commas')
    .option(
      '--administrator <person>',
      'sign-in name or Entra object id of a Global Administrator, or both as name=id; or app@sharepoint, so that applications may write in the term store; may be repeated',
      collected,
    )
    .option(
      '--person <person>',
      'somebody of the tenant, as name=id with the Entra object id; may be repeated',
      collected,
    )
    .option('--languages <tags>', 'languages of the term store, separated by commas')
    .option('--default-language <tag>', 'default language of the term store')
    .option('--country <code>', 'two-letter code of the country')
    .option('--partner', 'a partner, with the groups AdminAgents, HelpdeskAgents and SalesAgents')
}

/** Says which database is meant, and leaves one of an older version as it is: its servers may be running. */
async function prepared(config: Config): Promise<Config> {
  const { needUpgradedOrEmpty, tellDatabase } = await import('./data/schema.ts')
  tellDatabase(config)
  await needUpgradedOrEmpty(config)
  return config
}

const places = new Set(['config', 'location', 'databaseUrl', 'output'])

function addChanges(tenant: Command, { placed, withIssuers, configFrom, misuse }: TenantCommandParts): void {
  const add = described(tenant.command('add'))
    .description('add a tenant, or those of a seed file')
    .option('--id <guid>', 'id of the tenant, such as the one it has in Entra ID; a new one unless given')
    .option(
      '--root-site <host>',
      'host of its root site, such as contoso.sharepoint.com; the default domain unless given',
    )
    .option('--well-known-applications', 'register the applications of the stand-in, whose secret is public')
    .option('--file <file>', 'seed file with the tenants (docs/seeds.md)')
    .action(async ({ file, ...flags }: TenantFlags & Flags) => {
      if (file === undefined && (flags.name === undefined || flags.domain === undefined))
        misuse('tenant add: needs --name and --domain, or --file')
      const { addTenant } = await import('./data/tenants.ts')
      await addTenant(await prepared(await configFrom(flags as Flags)), {
        ...flags,
        ...(file === undefined ? {} : { file }),
      })
    })
  withIssuers(add)
  const update = described(tenant.command('update'))
    .argument('<tenant>', 'id or domain')
    .description('change a tenant: what is not given stays as it is, and a list replaces the present one')
    .action(async (idOrDomain: string, flags: TenantFlags & Flags) => {
      if (Object.keys(flags).every((name) => places.has(name)))
        misuse(
          'tenant update: nothing to change is given, such as --name NAME; relata tenant update --help lists what may be',
        )
      const { updateTenant } = await import('./data/tenants.ts')
      await updateTenant(await prepared(await configFrom(flags as Flags)), idOrDomain, flags)
    })
  withIssuers(update)
  const remove = tenant
    .command('remove')
    .argument('<tenant>', 'id or domain')
    .description('remove a tenant with everything of it, for good')
    .option('--confirm <name>', 'its name, exactly; asked for on a terminal')
    .action(async (idOrDomain: string, { confirm, ...flags }: { confirm?: string } & Flags) => {
      const { removeTenant } = await import('./data/tenants.ts')
      await removeTenant(await prepared(await configFrom(flags)), idOrDomain, confirm)
    })
  placed(remove)
}

interface ReadFlags {
  readonly url?: string | undefined
  readonly world?: string | undefined
  readonly json?: boolean
}

/** The server that is asked instead of the database. A variable does not stand for `--url` here: it would change what is meant. */
function serverIn({ url, world }: ReadFlags, misuse: TenantCommandParts['misuse']): Target | undefined {
  if (url === undefined && world !== undefined) misuse('tenant: --world needs --url')
  return url === undefined ? undefined : { origin: originIn(url), world }
}

function addReads(tenant: Command, { placed, configFrom, misuse }: TenantCommandParts): void {
  const reading = (command: Command): Command =>
    placed(
      command
        .option('--url <address>', 'ask the server there, instead of the database')
        .option('--world <id>', 'and this world of it')
        .option('--json', 'print JSON'),
    )
  const list = reading(tenant.command('list').description('list the tenants'))
  list.action(async ({ json, url, world, ...flags }: ReadFlags & Flags) => {
    const { listTenants, printTenants } = await import('./data/tenants.ts')
    const target = serverIn({ url, world }, misuse)
    const form = (output: 'text' | 'json') => (json === true ? 'list' : output)
    if (target === undefined) {
      const config = await prepared(await configFrom(flags))
      await listTenants(config, form(config.output))
      return
    }
    const { tenantsOf } = await import('./remote/tenants.ts')
    printTenants(await tenantsOf(target), form((await configFrom(flags)).output))
  })
  const show = reading(tenant.command('show').argument('<tenant>', 'id or domain').description('show one tenant'))
  show.action(async (idOrDomain: string, { json, url, world, ...flags }: ReadFlags & Flags) => {
    const { printTenant, showTenant } = await import('./data/tenants.ts')
    const target = serverIn({ url, world }, misuse)
    const form = (output: 'text' | 'json') => (json === true ? 'json' : output)
    if (target === undefined) {
      const config = await prepared(await configFrom(flags))
      await showTenant(config, idOrDomain, form(config.output))
      return
    }
    const { tenantOf } = await import('./remote/tenants.ts')
    printTenant(await tenantOf(target, idOrDomain), form((await configFrom(flags)).output))
  })
}

export function addTenantCommands(program: Command, parts: TenantCommandParts): void {
  const tenant = program
    .command('tenant')
    .description('list, add, change and remove tenants in the database, also while servers run on it')
  addReads(tenant, parts)
  addChanges(tenant, parts)
  tenant
    .command('schema')
    .description('print the JSON Schema of seed files')
    .action(async () => {
      const { printSeedSchema } = await import('./data/tenants.ts')
      printSeedSchema()
    })
  tenant
    .command('hash-secret')
    .description('read a secret from the standard input, and print its hash for a seed file')
    .action(async () => {
      const { printSecretHash } = await import('./data/tenants.ts')
      await printSecretHash()
    })
}
