/**
 * `npm run bench`: Relata beside a bare reference server on the same data, in one run, as ratios.
 * Point read, page of 100 children, create term, create relation; 100,000 terms; 32 connections. Pages are of 100 sets,
 * so most are known before (docs/adr/0006); a row of its own shows those that are not. Then, alone, what falls due at one
 * step of the clock: due.js.
 * Batches stand beside as many single requests to the reference, which has none; their figures are for one item.
 * Absolute figures move from minute to minute; only the ratios of one run mean something.
 */
import { fork, spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const seconds = Number(process.env.BENCH_SECONDS ?? 4)
const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const built = spawnSync('node', [join(here, '..', 'scripts', 'build.js')], { stdio: 'inherit' })
if (built.status !== 0) process.exit(1)
const { prepare } = await import('./data.js')
const { wellKnown } = await import('../dist/app/seed-data.js')

/** Server on one core, load on the other, where the machine lets us say so. */
const pinned = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0
const start = (file, core, args = []) => {
  const path = join(here, file)
  if (!pinned) return fork(path, args)
  return fork(path, args, { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] })
}
const answerOf = (child) =>
  new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`the process ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message)
    })
  })

const data = await prepare(join(here, '.data'))
/** Writes go to copies, so that each run starts from the same rows. */
const copy = await mkdtemp(join(tmpdir(), 'relata-bench-'))
await cp(data.location, join(copy, 'relata'), { recursive: true })
await cp(data.reference, join(copy, 'reference.db'))

const reference = start('reference.js', 0, [join(copy, 'reference.db')])
const relata = start('relata.js', 0, [join(copy, 'relata')])
const ports = { reference: (await answerOf(reference)).port, relata: (await answerOf(relata)).port }
const signIn = await fetch(`http://127.0.0.1:${ports.relata}/${wellKnown.contoso}/oauth2/v2.0/token`, {
  method: 'POST',
  body: new URLSearchParams({
    client_id: wellKnown.daemon,
    client_secret: wellKnown.secret,
    grant_type: 'client_credentials',
    scope: 'https://graph.microsoft.com/.default',
  }),
})
const token = (await signIn.json()).access_token

const pick = (count, make) => Array.from({ length: count }, (_, at) => make(at))
const any = (list) => list[Math.floor(Math.random() * list.length)]
const root = '/v1.0/termStore/sets'
const inBatch = 20
/** Lines of single requests as the items of one batch. */
const batchOf = (lines) => {
  const requests = lines.map((line, id) => {
    const [method, path, body] = line.split('\t')
    const url = path.replace('/v1.0', '')
    const more = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.parse(body) }
    return { id: `${id}`, method, url, ...more }
  })
  return `POST\t/v1.0/$batch\t${JSON.stringify({ requests })}`
}
const pointRead = () => {
  const set = any(data.ids)
  return `GET\t${root}/${set.id}/terms/${any(set.terms)}`
}
const createTerm = (word) => (number) => {
  const name = `${word} ${number}`
  const labels = [
    { name, languageTag: 'en-US', isDefault: true },
    { name: `Word ${name}`, languageTag: 'en-US', isDefault: false },
    { name: `Begriff ${name}`, languageTag: 'de-DE', isDefault: true },
  ]
  return `POST\t${root}/${any(data.ids).id}/children\t${JSON.stringify({ labels })}`
}
const batched = (make) => (number) => batchOf(pick(inBatch, (at) => make(number * inBatch + at)))
const pairs = []
for (let step = 1; step < data.ids.length; step += 1)
  data.ids.forEach(({ id, terms }, at) => {
    const target = data.ids[(at + step) % data.ids.length].id
    for (let term = 0; term < terms.length && pairs.length < 400_000; term += 10) pairs.push([id, terms[term], target])
  })

const kinds = {
  'point read': { expect: 200, goal: 0.7, make: pointRead, count: 60_000 },
  'page of 100 children': {
    expect: 200,
    goal: 0.8,
    make: () => `GET\t${root}/${any(data.ids).id}/children?$top=100`,
    count: 20_000,
  },
  // No address twice, so that no whole answer is known before.
  'page, first time': {
    expect: 200,
    make: (number) => `GET\t${root}/${any(data.ids).id}/children?$top=100&number=${number}`,
    count: 20_000,
  },
  // By the first letters of a label in any language; the reference looks at one column of its own.
  'filter by label': {
    expect: 200,
    make: (number) => {
      const at = Math.floor(Math.random() * data.ids.length)
      const filter = `labels/any(l:startswith(l/name,'Term ${at}-${number % 90}'))`
      return `GET\t${root}/${data.ids[at].id}/terms?$filter=${encodeURIComponent(filter).replaceAll('%27', "'")}&$top=20&number=${number}`
    },
    count: 40_000,
  },
  'create term': { expect: 201, goal: 1.5, make: createTerm('Fresh'), count: 30_000 },
  'create relation': {
    expect: 201,
    goal: 1.5,
    make: (number) => {
      const [set, term, target] = pairs[number % pairs.length]
      return `POST\t${root}/${set}/terms/${term}/relations\t${JSON.stringify({ relationship: 'pin', set: { id: target } })}`
    },
    count: 30_000,
  },
  'read in a batch of 20': { expect: 200, bare: pointRead, make: batched(pointRead), each: inBatch, count: 60_000 },
  'create in a batch of 20': {
    expect: 200,
    bareExpect: 201,
    bare: createTerm('Bare'),
    make: batched(createTerm('Batched')),
    each: inBatch,
    count: 30_000,
  },
}

/** What the earlier rounds have used up, so that no create is sent twice to one server. */
const used = { reference: {}, relata: {} }

/** Processor time of a server so far, in microseconds. */
const cpuOf = async (side) => {
  const child = side === 'relata' ? relata : reference
  child.send('cpu')
  const { cpu } = await answerOf(child)
  return cpu.user + cpu.system
}

const loadOnce = async (side, name, kind) => {
  const port = ports[side]
  const from = used[side][name] ?? 0
  const isBare = side === 'reference' && kind.bare !== undefined
  const make = isBare ? kind.bare : kind.make
  const each = isBare ? 1 : (kind.each ?? 1)
  const loader = start('load.js', 1)
  const before = await cpuOf(side)
  loader.send({
    port,
    token,
    connections: 32,
    seconds,
    expect: (isBare ? kind.bareExpect : undefined) ?? kind.expect,
    requests: pick(kind.count / each, (at) => make(from + at)),
  })
  const { result, error } = await answerOf(loader)
  loader.disconnect()
  if (error !== undefined || result.unexpected > 0)
    throw new Error(error ?? `${result.unexpected} unexpected answers: ${result.sample}`)
  used[side][name] = from + result.used
  const cpu = ((await cpuOf(side)) - before) / (result.done * each)
  return { ...result, perSecond: result.perSecond * each, cpu }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
let failed = false
console.log(
  `${'what'.padEnd(25)}${'bare/s'.padStart(9)}${'Relata/s'.padStart(10)}${'ratio'.padStart(8)}${'p99 ms'.padStart(9)}${'bare cpu'.padStart(10)}${'our cpu'.padStart(9)}  goal`,
)
for (const [name, kind] of Object.entries(kinds)) {
  const runs = { reference: [], relata: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const side of ['reference', 'relata']) runs[side].push(await loadOnce(side, name, kind))
  }
  const bare = median(runs.reference.map((run) => run.perSecond))
  const ours = median(runs.relata.map((run) => run.perSecond))
  const ratio = ours / bare
  const isBelow = kind.goal !== undefined && ratio < kind.goal
  if (isBelow) failed = true
  console.log(
    name.padEnd(25) +
      bare.toFixed(0).padStart(9) +
      ours.toFixed(0).padStart(10) +
      ratio.toFixed(2).padStart(8) +
      median(runs.relata.map((run) => run.p99))
        .toFixed(1)
        .padStart(9) +
      `${median(runs.reference.map((run) => run.cpu)).toFixed(0)} us`.padStart(10) +
      `${median(runs.relata.map((run) => run.cpu)).toFixed(0)} us`.padStart(9) +
      (kind.goal === undefined ? '' : `  >= ${kind.goal}${isBelow ? '  BELOW' : ''}`),
  )
}
for (const child of [reference, relata]) {
  child.disconnect()
}
await rm(copy, { recursive: true, force: true })
// Own process, as it has nothing to be compared with; it says itself how it went.
const due = spawnSync(process.execPath, [join(here, 'due.js')], { stdio: 'inherit' })
process.exitCode = failed || due.status !== 0 ? 1 : 0
