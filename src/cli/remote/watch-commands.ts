/** Commands about what happens to requests: which fail on purpose, and what came of each. */
import type { Command } from 'commander'
import type { Environment } from '#app/config.ts'
import { WrongUsage } from '../command-settings.ts'
import { addTarget, type CommandFlags, changedFrom, jsonHelp, targetFrom, textIn } from '../target-flags.ts'

function numberIn(flag: string, value: unknown): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (String(value).trim() === '' || !Number.isFinite(number))
    throw new WrongUsage(`--${flag}: '${value}' is not a number`)
  return number
}

function addFaultCommands(program: Command, environment: Environment): void {
  const fault = program.command('fault').description('make requests fail on purpose (docs/faults.md)')
  const list = fault.command('list').description('list the rules for faults').option('--json', jsonHelp)
  addTarget(list).action(async ({ json, ...flags }: CommandFlags) => {
    const { listFaults } = await import('./faults.ts')
    await listFaults(await targetFrom(flags, environment), json === true)
  })
  const add = fault
    .command('add')
    .argument('[rule]', 'rule or scenario: JSON, or a file of JSON or YAML; else the flags make a rule')
    .description('add a rule for faults, and print its id')
    .option('--method <methods>', 'for requests of these methods, such as POST,PATCH')
    .option('--path <glob>', 'for these paths, such as /v1.0/sites/*/termStore/**')
    .option('--tenant <tenant>', 'of this tenant, by id or domain')
    .option('--client <id>', 'of this application')
    .option('--status <number>', 'answer with this status')
    .option('--retry-after <seconds>', 'and this header')
    .option('--latency <milliseconds>', 'answer so much later')
    .option('--drop', 'close the connection without an answer')
    .option('--times <number>', 'so often at most')
    .option('--rate <probability>', 'for this part of the requests, from 0 to 1')
    .option('--json', jsonHelp)
  addTarget(add).action(async (rule: string | undefined, { json, ...flags }: CommandFlags) => {
    const { addFault, addQuickFault } = await import('./faults.ts')
    const number = (flag: string, name = flag) => numberIn(flag, flags[name])
    const quick = {
      method: textIn(flags['method']),
      path: textIn(flags['path']),
      tenant: textIn(flags['tenant']),
      client: textIn(flags['client']),
      status: number('status'),
      retryAfter: number('retry-after', 'retryAfter'),
      latencyMs: number('latency'),
      drop: flags['drop'] === true ? true : undefined,
      times: number('times'),
      rate: number('rate'),
    }
    const hasFlags = Object.values(quick).some((value) => value !== undefined)
    if (rule !== undefined && hasFlags) throw new WrongUsage('fault add: a rule, or flags that make one, not both')
    const { status, latencyMs, drop } = quick
    if (rule === undefined && status === undefined && latencyMs === undefined && drop === undefined)
      throw new WrongUsage('fault add: needs a rule, or --status, --latency or --drop')
    const target = await changedFrom(flags, environment)
    await (rule === undefined ? addQuickFault(target, quick, json === true) : addFault(target, rule, json === true))
  })
  const remove = fault.command('remove').argument('<id>').description('remove a rule for faults')
  addTarget(remove).action(async (id: string, flags: CommandFlags) => {
    const { removeFault } = await import('./faults.ts')
    await removeFault(await changedFrom(flags, environment), id)
  })
  const clear = fault.command('clear').description('remove all rules for faults')
  addTarget(clear).action(async (flags: CommandFlags) => {
    const { clearFaults } = await import('./faults.ts')
    await clearFaults(await changedFrom(flags, environment))
  })
}

const filters = ['method', 'path', 'status', 'tenant', 'client', 'fault', 'since', 'top', 'as'] as const

function addRequestCommands(program: Command, environment: Environment): void {
  const requests = program
    .command('requests')
    .description('print the last requests of a world: who, what, the status, which check refused (docs/requests.md)')
  const list = requests
    .command('list', { isDefault: true })
    .description('print the last requests, oldest first (also without this word)')
    .option('--method <methods>', 'of these methods')
    .option('--path <text or glob>', 'with this text in their path, or of these paths')
    .option('--status <statuses>', 'with these statuses, such as 403,5xx')
    .option('--tenant <id>', 'of this tenant')
    .option('--client <id>', 'of this application or person')
    .option('--fault <ids>', 'that these rules made fail; * for any')
    .option('--since <instant>', 'since then')
    .option('--top <number>', 'the newest so many')
    .option('--as <form>', 'as curl, vitest or pytest')
    .option('-f, --follow', 'print each as it is answered, until the server stops')
    .option('--json', 'print JSON; with --follow one line for each')
  addTarget(list).action(async ({ json, follow, ...flags }: CommandFlags & { follow?: boolean }) => {
    const { followRequests, listRequests } = await import('./requests.ts')
    const given = Object.fromEntries(filters.map((name) => [name, textIn(flags[name])]))
    if (follow === true && (given['as'] !== undefined || given['top'] !== undefined))
      throw new WrongUsage('requests: --follow cannot be used with --as or --top')
    const target = await targetFrom(flags, environment)
    await (follow === true ? followRequests : listRequests)(target, given, json === true)
  })
  const show = requests
    .command('show')
    .argument('<id>', 'request id')
    .description('print all that is known of one request, as JSON')
    .option('--as <form>', 'as curl, vitest or pytest')
  addTarget(show).action(async (id: string, flags: CommandFlags) => {
    const { showRequest } = await import('./requests.ts')
    await showRequest(await targetFrom(flags, environment), id, textIn(flags['as']))
  })
  const clear = requests.command('clear').description('forget all requests so far')
  addTarget(clear).action(async (flags: CommandFlags) => {
    const { clearRequests } = await import('./requests.ts')
    await clearRequests(await changedFrom(flags, environment))
  })
}

export function addWatchCommands(program: Command, environment: Environment): void {
  addFaultCommands(program, environment)
  addRequestCommands(program, environment)
}
