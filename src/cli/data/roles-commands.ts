/** The commands below `relata roles` and their flags. */
import type { Command } from 'commander'
import { type Environment, type Flags, settings } from '#app/config.ts'
import { isCalendarDay } from '#base/clock.ts'
import { addSettings, configOfDatabase, WrongUsage } from '../command-settings.ts'
import { originIn } from '../remote/target.ts'
import type { RolesPlace } from './roles.ts'

interface PlaceFlags {
  readonly url?: string | undefined
  readonly world?: string | undefined
  readonly json?: boolean
}

const words = ['yes', 'likely', 'no', 'unknown']

function gdapIn(text: string | undefined): readonly string[] | undefined {
  const wanted = text?.split(',').map((one) => one.trim().toLowerCase())
  const stray = wanted?.find((one) => !words.includes(one))
  if (stray !== undefined) throw new WrongUsage(`--gdap: '${stray}' is not one of ${words.join(', ')}`)
  return wanted
}

/** A variable does not stand for `--url` here: it would change what is meant. */
async function placeIn({ url, world }: PlaceFlags, flags: Flags, environment: Environment): Promise<RolesPlace> {
  if (url === undefined && world !== undefined) throw new WrongUsage('roles: --world needs --url')
  const config = await configOfDatabase(flags, environment)
  if (url !== undefined) {
    const token = environment['RELATA_TOKEN'] || undefined
    return { target: { origin: originIn(url), world }, token, config }
  }
  const { tellDatabase } = await import('./schema.ts')
  tellDatabase(config)
  return { target: undefined, token: undefined, config }
}

export function addRolesCommands(program: Command, environment: Environment): void {
  const roles = program.command('roles').description('list and update the catalogue of built-in roles (docs/roles.md)')
  const placed = (command: Command): Command =>
    addSettings(
      command
        .option(
          '--url <address>',
          'ask the server there, instead of the database; the token for a registry is in RELATA_TOKEN',
        )
        .option('--world <id>', 'and this world of it')
        .option('--json', 'print JSON'),
      [settings.location, settings.databaseUrl],
    )
  const list = roles
    .command('list')
    .description('list the roles; without a database those that Relata brings')
    .option(
      '--gdap <values>',
      `only roles that relationships may hold, by ${words.join(', ')}; several separated by commas`,
    )
  placed(list).action(async ({ url, world, json, gdap, ...flags }: PlaceFlags & { gdap?: string } & Flags) => {
    const wanted = gdapIn(gdap)
    const { listRoles } = await import('./roles.ts')
    await listRoles(await placeIn({ url, world }, flags, environment), wanted, json === true)
  })
  const update = roles
    .command('update')
    .description('take the catalogue from a list: a file of roles, or one of Graph, CIPP or Microsoft')
    .requiredOption('--from <file>', 'file with the list')
    .option('--dry-run', 'only say what would change')
    .option('--force', 'take an older list, or one that withdraws most roles')
    .option('--as-of <day>', 'day of a list that has none, such as 2026-08-21; today unless given')
  placed(update).action(
    async ({ url, world, json, from, dryRun, force, asOf, ...flags }: PlaceFlags & UpdateFlags & Flags) => {
      if (asOf !== undefined && !(/^\d{4}-\d\d-\d\d$/.test(asOf) && isCalendarDay(asOf)))
        throw new WrongUsage(`--as-of: '${asOf}' is not a day, such as 2026-08-21`)
      const { updateRoles } = await import('./roles.ts')
      const wish = { from, dryRun: dryRun === true, force: force === true, asOf }
      await updateRoles(await placeIn({ url, world }, flags, environment), wish, json === true)
    },
  )
}

interface UpdateFlags {
  readonly from: string
  readonly dryRun?: boolean
  readonly force?: boolean
  readonly asOf?: string
}
