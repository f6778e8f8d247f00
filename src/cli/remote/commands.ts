/** Commands that change what a running stand-in holds: its worlds, clock, relationships, rows. */
import type { Command } from 'commander'
import type { Environment } from '#app/config.ts'
import { WrongUsage } from '../command-settings.ts'
import type { CustomerWord } from '../gdap/customer.ts'
import {
  addTarget,
  addUrl,
  type CommandFlags,
  changedFrom,
  jsonHelp,
  targetFrom,
  textIn,
  wholeServer,
} from '../target-flags.ts'
import type * as Clocks from './clock.ts'
import type { Target } from './target.ts'

/** What commands of this file get: the server that is meant, and whether JSON is wanted. */
interface Meant {
  readonly target: Target
  readonly isJson: boolean
}

async function read(flags: CommandFlags, environment: Environment): Promise<Meant> {
  return { target: await targetFrom(flags, environment), isJson: flags.json === true }
}

async function changed(flags: CommandFlags, environment: Environment): Promise<Meant> {
  return { target: await changedFrom(flags, environment), isJson: flags.json === true }
}

function wholeIn(flag: string, text: unknown): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,10}$/.test(String(text))) throw new WrongUsage(`--${flag}: '${text}' is not a whole number`)
  return Number(text)
}

function addWorldCommands(program: Command, environment: Environment): void {
  const world = program
    .command('world')
    .description('list, add and end worlds: copies of the server’s data side by side')
  const list = world.command('list').description('list the worlds').option('--json', jsonHelp)
  addUrl(list).action(async (flags: CommandFlags) => {
    const { listWorlds } = await import('./worlds.ts')
    const { target, isJson } = await read(flags, environment)
    await listWorlds(wholeServer(target), isJson)
  })
  const show = world.command('show').argument('<id>').description('show one world').option('--json', jsonHelp)
  addUrl(show).action(async (id: string, flags: CommandFlags) => {
    const { showWorld } = await import('./worlds.ts')
    const { target, isJson } = await read(flags, environment)
    await showWorld(wholeServer(target), id, isJson)
  })
  const add = world
    .command('add')
    .argument('[id]', 'its name; a new one unless given')
    .description('add a world with the data of another one, and print its id')
    .option('--from <world>', 'world or snapshot to copy; default default')
    .option('--seed <name or file>', 'what it holds instead')
    .option('--clock <instant>', 'where its clock stands, frozen')
    .option('--ids <number>', 'what its ids follow from, so that two runs give the same ones')
    .option('--own-port', 'give it a port of its own, for clients that cannot send the header relata-world')
    .option('--json', jsonHelp)
  addUrl(add).action(async (id: string | undefined, flags: CommandFlags) => {
    const { addWorld } = await import('./worlds.ts')
    const { documentOrName } = await import('./given-document.ts')
    const { target, isJson } = await changed(flags, environment)
    const [from, seed, clock] = [textIn(flags['from']), textIn(flags['seed']), textIn(flags['clock'])]
    const ids = wholeIn('ids', flags['ids'])
    const body = {
      ...(id === undefined ? {} : { id }),
      ...(from === undefined ? {} : { from }),
      ...(seed === undefined ? {} : { seed: await documentOrName(seed) }),
      ...(clock === undefined ? {} : { clock }),
      ...(ids === undefined ? {} : { ids }),
      ...(flags['ownPort'] === true ? { port: 0 } : {}),
    }
    await addWorld(wholeServer(target), body, isJson)
  })
  const remove = world.command('remove').argument('<id>').description('end a world')
  addUrl(remove).action(async (id: string, flags: CommandFlags) => {
    const { removeWorld } = await import('./worlds.ts')
    await removeWorld(wholeServer(await changedFrom(flags, environment)), id)
  })
  const reset = program.command('reset').description('put a world back to how it began')
  addTarget(reset).action(async (flags: CommandFlags) => {
    const { reset: run } = await import('./worlds.ts')
    await run(await changedFrom(flags, environment))
  })
}

function addClockCommands(program: Command, environment: Environment): void {
  const clock = program.command('clock').description('show and move the clock of a world; what is due then happens')
  type Run = (clocks: typeof Clocks, target: Target, isJson: boolean) => Promise<void>
  const run = async ({ target, isJson }: Meant, work: Run): Promise<void> =>
    work(await import('./clock.ts'), target, isJson)
  const simple: readonly [name: string, doc: string, work: Run][] = [
    ['show', 'print what the clock of a world shows', ({ showClock }, target, isJson) => showClock(target, isJson)],
    [
      'freeze',
      'stop the clock where it is',
      ({ moveClock }, target, isJson) => moveClock(target, { freeze: true }, isJson),
    ],
    [
      'run',
      'let the clock go on from where it is',
      ({ moveClock }, target, isJson) => moveClock(target, { freeze: false }, isJson),
    ],
    [
      'reset',
      'set the clock to the system’s time, running',
      ({ resetClock }, target, isJson) => resetClock(target, isJson),
    ],
  ]
  for (const [name, doc, work] of simple) {
    const command = clock
      .command(name, { isDefault: name === 'show' })
      .description(doc)
      .option('--json', jsonHelp)
    const found = name === 'show' ? read : changed
    addTarget(command).action(async (flags: CommandFlags) => run(await found(flags, environment), work))
  }
  const moving = (name: 'set' | 'advance', argument: string, example: string, doc: string): void => {
    const command = clock
      .command(name)
      .argument(argument, example)
      .description(doc)
      .option('--freeze', 'and stop it there')
      .option('--json', jsonHelp)
    addTarget(command).action(async (to: string, flags: CommandFlags) =>
      run(await changed(flags, environment), ({ moveClock }, target, isJson) =>
        moveClock(target, { [name]: to, ...(flags['freeze'] === true ? { freeze: true } : {}) }, isJson),
      ),
    )
  }
  moving('set', '<instant>', 'such as 2026-05-01T00:00:00Z', 'set the clock')
  moving('advance', '<duration>', 'such as P30D or PT1H', 'move the clock ahead')
  const due = clock
    .command('due')
    .description('print what will happen by itself, and what has')
    .option('--top <number>', 'how many')
  addTarget(due.option('--json', jsonHelp)).action(async (flags: CommandFlags) =>
    run(await read(flags, environment), ({ showDue }, target, isJson) => showDue(target, textIn(flags['top']), isJson)),
  )
}

function addGdapCommands(program: Command, environment: Environment): void {
  const gdap = program
    .command('gdap')
    .description('answer for a customer: approve, reject and end relationships of GDAP')
  const customerFlag = '--customer <tenant>'
  const list = gdap
    .command('list')
    .description('list the relationships of a customer')
    .requiredOption(customerFlag, 'its id or domain')
    .option('--json', jsonHelp)
  addTarget(list).action(async (flags: CommandFlags) => {
    const { listRelationships } = await import('../gdap/customer.ts')
    const { target, isJson } = await read(flags, environment)
    await listRelationships(target, String(flags['customer']), isJson)
  })
  const answering = (name: string, doc: string): Command =>
    addTarget(
      gdap
        .command(name)
        .argument('<id>', 'id of the relationship')
        .description(doc)
        .requiredOption(customerFlag, 'id or domain of the customer')
        .option('--user <user>', 'id or sign-in name of who answers; default the first who may')
        .option('--json', jsonHelp),
    )
  const factsOf = (id: string, flags: CommandFlags) => ({
    id,
    customer: String(flags['customer']),
    user: textIn(flags['user']),
  })
  const words: readonly [CustomerWord, string][] = [
    ['approve', 'approve a relationship'],
    ['reject', 'reject a relationship that waits for an answer'],
    ['terminate', 'end a relationship that is active'],
  ]
  for (const [word, doc] of words)
    answering(word, doc).action(async (id: string, flags: CommandFlags) => {
      const { answer } = await import('../gdap/customer.ts')
      const { target, isJson } = await changed(flags, environment)
      await answer(target, word, factsOf(id, flags), isJson)
    })
  answering('auto-extend', 'allow or forbid that a relationship is extended by itself')
    .argument('<on or off>')
    .action(async (id: string, word: string, flags: CommandFlags) => {
      if (word !== 'on' && word !== 'off') throw new WrongUsage(`gdap auto-extend: '${word}' is neither on nor off`)
      const { switchExtension } = await import('../gdap/customer.ts')
      const { target, isJson } = await changed(flags, environment)
      await switchExtension(target, word === 'on', factsOf(id, flags), isJson)
    })
}

function addRowCommands(program: Command, environment: Environment): void {
  const seed = program
    .command('seed')
    .argument('<name or file...>', 'pack, or file of JSON or YAML (docs/seeds.md)')
    .description('add the content of seeds to a world of a running server, all of it or none')
    .option('--json', jsonHelp)
  addTarget(seed).action(async (words: readonly string[], flags: CommandFlags) => {
    const { seed: run } = await import('./seed.ts')
    const { target, isJson } = await changed(flags, environment)
    await run(target, words, isJson)
  })
  const snapshot = program.command('snapshot').description('save and load what a world holds, under a name')
  const list = snapshot.command('list').description('list the snapshots').option('--json', jsonHelp)
  addTarget(list).action(async (flags: CommandFlags) => {
    const { listSnapshots } = await import('./snapshots.ts')
    const { target, isJson } = await read(flags, environment)
    await listSnapshots(target, isJson)
  })
  const save = snapshot
    .command('save')
    .argument('<name>')
    .description('save what the world holds now')
    .option('--replace', 'in the place of a snapshot of that name')
    .option('--json', jsonHelp)
  addTarget(save).action(async (name: string, flags: CommandFlags) => {
    const { saveSnapshot } = await import('./snapshots.ts')
    const { target, isJson } = await changed(flags, environment)
    await saveSnapshot(target, name, flags['replace'] === true, isJson)
  })
  const load = snapshot
    .command('load')
    .argument('<name>')
    .description('put a snapshot in the place of what the world holds')
  addTarget(load).action(async (name: string, flags: CommandFlags) => {
    const { loadSnapshot } = await import('./snapshots.ts')
    await loadSnapshot(await changedFrom(flags, environment), name)
  })
  const remove = snapshot.command('delete').argument('<name>').description('delete a snapshot')
  addTarget(remove).action(async (name: string, flags: CommandFlags) => {
    const { removeSnapshot } = await import('./snapshots.ts')
    await removeSnapshot(await changedFrom(flags, environment), name)
  })
  const out = program
    .command('export')
    .argument('<file>')
    .description('write a world, or a snapshot, to one file')
    .option('--snapshot <name>', 'this one instead of the world')
    .option('--replace', 'write over a file that is there')
  addTarget(out).action(async (file: string, flags: CommandFlags) => {
    const { exportWorld } = await import('./snapshots.ts')
    const wish = { file, snapshot: textIn(flags['snapshot']), isReplacing: flags['replace'] === true }
    await exportWorld(await targetFrom(flags, environment), wish)
  })
  const into = program
    .command('import')
    .argument('<file>', 'file that export wrote')
    .description('put such a file in the place of what a world holds')
    .option('--snapshot <name>', 'make it a snapshot of this name instead')
  addTarget(into).action(async (file: string, flags: CommandFlags) => {
    const { importWorld } = await import('./snapshots.ts')
    await importWorld(await changedFrom(flags, environment), file, textIn(flags['snapshot']))
  })
}

export function addRemoteCommands(program: Command, environment: Environment): void {
  addWorldCommands(program, environment)
  addClockCommands(program, environment)
  addGdapCommands(program, environment)
  addRowCommands(program, environment)
}
