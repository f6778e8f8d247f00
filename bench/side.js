/**
 * One side of a comparison: a server in a process of its own, what it takes to put load on it, and the processor time it
 * has used. Servers are on the first core and the load on the last, where the machine lets us say so.
 */
import { fork, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { wellKnown } from '../dist/app/seed/seed-data.js'

const here = dirname(fileURLToPath(import.meta.url))
export const seconds = Number(process.env.BENCH_SECONDS ?? 2.5)
export const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
export const cores = availableParallelism()
export const isPinned = cores > 1 && spawnSync('taskset', ['--version']).status === 0

/** `onCores`: as taskset has them; undefined: any. */
const forkOn = (file, args, onCores) => {
  const path = resolve(here, file)
  if (!isPinned || onCores === undefined) return fork(path, args)
  return fork(path, args, { execPath: 'taskset', execArgv: ['-c', onCores, process.execPath] })
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

export const tokenFrom = async (port, scope = 'https://graph.microsoft.com/.default') => {
  const signIn = await fetch(`http://127.0.0.1:${port}/${wellKnown.contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: wellKnown.daemon,
      client_secret: wellKnown.secret,
      grant_type: 'client_credentials',
      scope,
    }),
  })
  return (await signIn.json()).access_token
}

/** `usesToken`: signs in as the daemon of Contoso first. `cpu` is in microseconds, since the start. */
export const startSide = async (name, file, args, { usesToken = false } = {}) => {
  const child = forkOn(file, args, '0')
  const { port } = await answerOf(child)
  const asks = (word) => {
    child.send(word)
    return answerOf(child)
  }
  return {
    name,
    port,
    pid: child.pid,
    token: usesToken ? await tokenFrom(port) : '',
    /** What earlier rounds have used up, by kind, so that no create is sent twice to one server. */
    used: new Map(),
    /** What the program says of itself. */
    asks,
    cpu: async () => {
      const { cpu } = await asks('cpu')
      return cpu.user + cpu.system
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve)
        child.disconnect()
      }),
  }
}

/** Puts load on a port for a while: the answers per second, their latencies and how many requests were used up. */
export const loadOnce = async (job) => {
  const loader = forkOn('load.js', [], isPinned ? String(cores - 1) : undefined)
  loader.send(job)
  const { result, error } = await answerOf(loader)
  loader.disconnect()
  if (error !== undefined) throw new Error(error)
  if (result.unexpected > 0) throw new Error(`${result.unexpected} unexpected answers: ${result.sample}`)
  return result
}

const longestWarmUpSeconds = 60

/**
 * One load of a kind on a side: rate, latency, and the processor time one thing took the server and the load. A kind: `make(number)` gives a line for the loader, `expect` the status, `each` how many
 * things one request does, `perSecond` how many of these to have ready for a second, `warmUp` lines to be asked once
 * before anything is measured, `warmUpRounds` how many rounds are not counted (else one), `rest` milliseconds after a round
 * for what the side does when it is over.
 */
const runKind = async (
  side,
  name,
  { make, expect, each = 1, perSecond, connections = 32, rest = 0 },
  length = seconds,
) => {
  const from = side.used.get(name) ?? 0
  const count = Math.max(connections, Math.ceil((perSecond * length) / each))
  const requests = Array.from({ length: count }, (_, at) => make(from + at))
  const before = await side.cpu()
  const result = await loadOnce({ port: side.port, token: side.token, expect, requests, connections, seconds: length })
  side.used.set(name, from + result.used)
  const cpu = ((await side.cpu()) - before) / (result.done * each)
  if (rest > 0) await setTimeout(rest)
  return { perSecond: result.perSecond * each, p99: result.p99, cpu, loadCpu: result.cpu / each }
}

/** More of them and shorter: for a difference that is smaller than what the machine does by itself. */
export const shortTurns = { turns: rounds * 3, length: seconds / 2.5 }

/** Sides take turns; `kindOf(side)` is what each is asked. Returns the runs of each side, in its order. */
export const alternate = async (sides, name, kindOf, { turns = rounds, length = seconds } = {}) => {
  const runs = sides.map(() => [])
  for (const side of sides) {
    const kind = kindOf(side)
    const { expect, warmUp = [], warmUpRounds = 1, connections = 32 } = kind
    const { port, token } = side
    if (warmUp.length > 0)
      await loadOnce({ port, token, expect, requests: warmUp, connections, seconds: longestWarmUpSeconds })
    await runKind(side, name, kind, seconds * warmUpRounds)
  }
  for (let round = 0; round < turns; round += 1) {
    const order = sides.map((_, at) => at)
    // Whoever comes first has no advantage.
    if (round % 2 === 1) order.reverse()
    for (const at of order) runs[at].push(await runKind(sides[at], name, kindOf(sides[at]), length))
  }
  return runs
}
