/**
 * Runs the shape of the example files here on this machine (Debian 12, as root) and breaks it under load: a primary that is
 * killed, one that hangs, a switchover. Says what was lost, what fired twice, and how long writes and reads were refused.
 *
 *   node deploy/ha/drill.ts [--rounds 3] [--form proxy|list|both] [--faults kill,crash,…] [--seed 1] [--keep] [--out FILE]
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { taxonomyOver } from '../../test/_support/taxonomy.ts'
import { type BuiltServer, build, endAll, startBuilt } from '../../test/crash/built-server.ts'
import { audit, type Due, type Entry, listRows } from '../../test/crash/ledger.ts'
import { Cluster, missing, pause } from './parts/cluster.ts'
import { type Form, type Round, shownFigures } from './parts/figures.ts'
import { type Issuer, startIssuer } from './parts/issuer.ts'
import { askOf, type Load, longestGap, startLoad } from './parts/load.ts'
import { fires, install, latencySeconds } from './parts/witness.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    form: { type: 'string', default: 'both' },
    faults: { type: 'string', default: 'kill,crash,switchover,halt,etcd' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})

/** Of the drill only; an organisation adds its own with `relata tenant add`. */
const seedFile = fileURLToPath(new URL('seed.json', import.meta.url))
const tenant = (JSON.parse(readFileSync(seedFile, 'utf8')) as { tenants: { id: string }[] }).tenants[0]?.id ?? ''

const lacking = missing()
if (lacking !== undefined) {
  console.error(`deploy/ha: ${lacking}`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'relata-ha-'))
const cluster = new Cluster(folder, `p${Math.random().toString(36).slice(2)}`)
const say = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`)

const startNode = (name: string, form: Form, issuer: Issuer): Promise<BuiltServer> =>
  startBuilt(
    join(folder, `${form}-${name}`),
    undefined,
    [
      '--registry',
      '--http-only',
      '--seed',
      seedFile,
      '--rate-limit',
      'off',
      '--gdap-request-latency',
      String(latencySeconds),
    ],
    { RELATA_DATABASE_URL: cluster.url(form), RELATA_ISSUERS: issuer.settings },
  )

/** What happens to the primary; the function that is returned makes it good again when another one has taken over. */
const faults: Readonly<Record<string, (primary: string) => Promise<(() => void) | undefined>>> = {
  kill: async (primary) => {
    cluster.kill(primary, true)
    return () => cluster.startPatroni(primary)
  },
  crash: async (primary) => {
    cluster.kill(primary, false)
    return undefined
  },
  switchover: async () => {
    await cluster.switchover()
    return undefined
  },
  halt: async (primary) => cluster.halt(primary),
  etcd: async () => {
    cluster.killEtcd('etcd2')
    return () => cluster.startEtcd('etcd2')
  },
}

/** Whether it has to have moved the primary before the round goes on. */
const moves = new Set(['kill', 'switchover', 'halt'])

const answered = async (load: Load, from: number, count: number): Promise<void> => {
  const is = async () => load.writes.filter(({ at, took }) => at - took > from).length >= count
  await cluster.until('acknowledged write', is, 120_000)
}

interface Run {
  readonly form: Form
  readonly nodes: readonly BuiltServer[]
  readonly token: string
  readonly set: string
  readonly entries: Entry[]
}

/** Every node shows what was acknowledged. */
const check = async ({ form, nodes, token, set }: Run, entries: readonly Entry[]) => {
  const [first] = nodes
  const views = []
  for (const node of nodes) views.push(await listRows(askOf([node], token), set, form, true))
  const [rows, ...others] = views
  if (first === undefined || rows === undefined) throw new Error('no nodes')
  const differ = others.filter((other) => JSON.stringify([...other].sort()) !== JSON.stringify([...rows].sort()))
  const result = audit(entries, rows)
  return differ.length === 0 ? result : { ...result, wrong: [...result.wrong, 'the nodes show different rows'] }
}

let rounds = 0
const runRound = async (run: Run, fault: string): Promise<Round> => {
  rounds += 1
  const { nodes, token, set, form } = run
  await install(cluster)
  const load = startLoad({ nodes, token, set, name: `${form}${rounds}`, seed: Number(values.seed) * 1000 + rounds })
  await pause(latencySeconds * 500)
  const primary = (await cluster.primary())?.name
  if (primary === undefined) throw new Error('there is no primary')
  const at = performance.now()
  const heal = await faults[fault]?.(primary)
  if (moves.has(fault))
    await cluster.until(
      'new primary',
      async () => ![undefined, primary].includes((await cluster.primary())?.name),
      90_000,
    )
  await answered(load, performance.now(), 40)
  await pause(3_000)
  heal?.()
  await cluster.healthy()
  await answered(load, performance.now(), 40)
  const [writeGap, readGap] = [longestGap(load.writes, at), longestGap(load.reads.good, at)]
  const end = performance.now()
  await load.end()
  // First, as a step that falls due changes the tag of its relationship.
  const due = await fires(
    cluster,
    load.clients.flatMap((client): readonly Due[] => client.dues),
  )
  const entries = load.clients.flatMap((client) => client.entries)
  // Those of earlier rounds have to be there still, after one more change of the primary.
  const before = run.entries.splice(0)
  run.entries.push(...before, ...entries)
  const { lost, wrong, done, undone, checked } = await check(run, run.entries)
  const { met, reads } = load
  const round: Round = {
    form,
    fault,
    seconds: (end - at) / 1000,
    moved: (await cluster.primary())?.name !== primary,
    acknowledged: met.acknowledged,
    unanswered: { broken: met.broken, unavailable: met.unavailable, done, undone },
    withoutRetryAfter: met.withoutRetryAfter,
    said: [...met.said],
    faults: [...met.faults, ...reads.faults],
    lost,
    wrong,
    checked,
    due,
    writeGap,
    readGap,
    slowestWrite: Math.max(...load.writes.map(({ took }) => took)),
    slowestRead: Math.max(...load.reads.good.map(({ took }) => took)),
    readsRefused: reads.refused,
  }
  say(
    `${form} ${fault}: writes away ${(writeGap / 1000).toFixed(1)} s, reads ${(readGap / 1000).toFixed(1)} s; ` +
      `${met.acknowledged} acknowledged, ${met.unavailable}+${reads.refused} times 503, ${met.broken} broken; ` +
      `lost ${lost.length}, wrong ${wrong.length}, fired ${due.fires}, twice ${due.twice.length + due.recordedTwice.length}, missed ${due.missed.length}; ` +
      `faults ${round.faults.length}; slowest write ${(round.slowestWrite / 1000).toFixed(1)} s, read ${(round.slowestRead / 1000).toFixed(1)} s`,
  )
  for (const [text, count] of met.said) say(`  503 × ${count}: ${text}`)
  for (const fault of [...round.faults, ...lost, ...wrong, ...due.twice, ...due.recordedTwice, ...due.missed].slice(
    0,
    12,
  ))
    say(`  ${fault}`)
  return round
}

const note = (rounds: readonly Round[]): void => {
  if (values.out !== undefined) writeFileSync(values.out, shownFigures(rounds).text)
}

const runForm = async (form: Form, issuer: Issuer, before: readonly Round[]): Promise<Round[]> => {
  const nodes = [await startNode('a', form, issuer), await startNode('b', form, issuer)]
  const token = await issuer.token(tenant)
  const ask = askOf(nodes, token)
  const made = taxonomyOver(async (...asking) => {
    const { status, text } = await ask(...asking)
    return { status, text, body: text === '' ? undefined : JSON.parse(text) }
  })
  const run: Run = { form, nodes, token, set: await made.set(await made.group(`${form} drill`)), entries: [] }
  const results: Round[] = []
  for (const fault of values.faults.split(','))
    for (let round = 0; round < (fault === 'etcd' ? 1 : Number(values.rounds)); round += 1) {
      results.push(await runRound(run, fault))
      // After each, so that a run that somebody ends has its figures.
      note([...before, ...results])
    }
  const ended = await Promise.race([Promise.all(nodes.map(({ ended }) => ended)), pause(50)])
  if (ended !== undefined) throw new Error(`a node ended: ${JSON.stringify(ended)}`)
  for (const node of nodes) {
    const { code } = await node.end('SIGTERM')
    if (code !== 0) throw new Error(`a node stopped with ${code}`)
    if (values.keep) writeFileSync(join(folder, `${form}-${node.pid}.log`), node.log())
  }
  return results
}

const stop = async (code: number, keep = values.keep): Promise<never> => {
  await endAll()
  await cluster.close(keep)
  process.exit(code)
}
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => void stop(130))

try {
  await build()
  say(`in ${folder}, seed ${values.seed}`)
  const issuer = await startIssuer()
  await cluster.start()
  const forms: readonly Form[] = values.form === 'both' ? ['proxy', 'list'] : [values.form as Form]
  const results: Round[] = []
  for (const form of forms) results.push(...(await runForm(form, issuer, results)))
  issuer.close()
  const { text, isGood } = shownFigures(results)
  console.log(text)
  note(results)
  await stop(isGood ? 0 : 1)
} catch (error) {
  console.error(error)
  // For its logs.
  await stop(1, true)
}
