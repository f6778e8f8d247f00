/** `relata audit`: the log of a tenant with its chain as a file, and whether files of it are whole (events.md §9.5). */
import type { Command } from 'commander'
import type { Environment } from '#app/config.ts'
import { addTarget, type CommandFlags, targetFrom, textIn } from '../target-flags.ts'

export function addAuditCommands(program: Command, environment: Environment, finish: (code: number) => void): void {
  const audit = program
    .command('audit')
    .description('write the log of a tenant to a file with its hash chain, and verify such files (docs/audit.md)')
  const exporting = audit
    .command('export')
    .description('print the log of a tenant, one line for each record; of a registry with a token in RELATA_TOKEN')
    .option('--from <instant>', 'records that happened then or later')
    .option('--to <instant>', 'records that happened before')
    .option('--tenant <tenant>', 'its id or domain')
    .option('-o, --output <file>', 'write it to this file')
  addTarget(exporting).action(async (flags: CommandFlags) => {
    const { exportAudit } = await import('./export.ts')
    const wish = {
      from: textIn(flags['from']),
      to: textIn(flags['to']),
      tenant: textIn(flags['tenant']),
    }
    const token = environment['RELATA_TOKEN'] || undefined
    await exportAudit(await targetFrom(flags, environment), { wish, file: textIn(flags['output']), token })
  })
  audit
    .command('verify')
    .argument('<file...>', 'what relata audit export has written, or a sink file:, the oldest first')
    .description('say whether files of the log are whole: exit code 0, or 1 with the first number that does not fit')
    .option('--checkpoint <file>', 'and are what this checkpoint says: a JWS, an event, or an export')
    .option('--keys <file>', 'and that it was signed with one of these keys, as /_relata/webhooks/jwks.json has them')
    .action(async (files: readonly string[], flags: CommandFlags) => {
      const { verifyAudit } = await import('./verify.ts')
      finish(await verifyAudit(files, { checkpoint: textIn(flags['checkpoint']), keys: textIn(flags['keys']) }))
    })
}
