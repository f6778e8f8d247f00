/** Worlds of a stand-in: how long a fork, a reset and a snapshot take, and the memory of a hundred forks at once. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultConfig } from '../../dist/app/config.js'
import { openParts } from '../../dist/app/parts.js'
import { wellKnown } from '../../dist/app/seed/seed-data.js'
import { bodyOf, post } from '../data.js'
import { count, median, missingRow } from '../figures.js'
import { cpuTimes, residentMegabytes, startProgram } from '../program.js'

const sets = 10
const termsPerSet = 1_000
const rounds = 15
const forks = 100
const most = { fork: 50, reset: 100, megabytes: 600 }

/** A folder with ten thousand terms of three labels each. Returns the id of a set. */
async function fill(location) {
  const parts = await openParts({ ...defaultConfig, database: location })
  const group = await post(parts.handle, '/termStore/groups', { displayName: 'Bench' })
  let last
  for (let set = 0; set < sets; set += 1) {
    const localizedNames = [{ languageTag: 'en-US', name: `Set ${set}` }]
    last = (await post(parts.handle, '/termStore/sets', { parentGroup: { id: group.id }, localizedNames })).id
    const address = `/termStore/sets/${last}/children`
    await Promise.all(Array.from({ length: termsPerSet }, (_, term) => post(parts.handle, address, bodyOf(set, term))))
  }
  await parts.close()
  return last
}

async function tokenFrom(origin) {
  const form = new URLSearchParams({
    client_id: wellKnown.daemon,
    client_secret: wellKnown.secret,
    grant_type: 'client_credentials',
    scope: 'https://graph.microsoft.com/.default',
  })
  const answer = await fetch(`${origin}/${wellKnown.contoso}/oauth2/v2.0/token`, { method: 'POST', body: form })
  return (await answer.json()).access_token
}

/** What one server is asked. */
function callsOf(origin, token, set) {
  const control = async (method, path, body = {}, world = undefined) => {
    const answer = await fetch(`${origin}/_relata/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...(world === undefined ? {} : { 'relata-world': world }) },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
  const addTerm = async (world, at) => {
    const answer = await fetch(`${origin}/v1.0/termStore/sets/${set}/children`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...world },
      body: JSON.stringify(bodyOf(sets, at)),
    })
    if (answer.status !== 201) throw new Error(`a term: ${answer.status} ${await answer.text()}`)
  }
  return { control, addTerm }
}

/** Processor time of the server so far, in microseconds; undefined where there is no /proc. */
async function cpuOf(pid) {
  const [own] = await cpuTimes(pid).catch(() => [])
  return own
}

/**
 * How long `work` takes: the median of the milliseconds, without the first two times, and processor time of the server with
 * what `before` costs. `before` is not in the milliseconds.
 */
async function measured(pid, work, before = async () => undefined) {
  const times = []
  const began = await cpuOf(pid)
  for (let round = 0; round < rounds + 2; round += 1) {
    await before()
    const from = performance.now()
    await work()
    times.push(performance.now() - from)
  }
  const ended = await cpuOf(pid)
  return { millis: median(times.slice(2)), cpu: ended === undefined ? undefined : (ended - began) / times.length }
}

function timesRow(what, { millis, cpu }, goal) {
  const row = { what, ours: `${millis.toFixed(1)} ms`, ...(cpu === undefined ? {} : { cpu: count(cpu) }) }
  return goal === undefined ? row : { ...row, goal: `≤ ${goal} ms`, isMet: millis <= goal }
}

async function timesOf({ control, addTerm }, pid, report) {
  const made = []
  const makeWorld = async () => made.push((await control('POST', 'worlds')).id)
  report(timesRow('fork of a world with 10,000 terms', await measured(pid, makeWorld), most.fork))
  const [world] = made
  // The memory for copies is that of some seventeen of these.
  const endOthers = async () => {
    for (const id of made.splice(1)) await control('DELETE', `worlds/${id}`)
  }
  await endOthers()
  let written = 0
  const write = (headers) => () => {
    written += 1
    return addTerm(headers, written)
  }
  report(timesRow('the same after a write each time', await measured(pid, makeWorld, write({})), most.fork))
  await endOthers()
  const reset = () => control('POST', 'reset', {}, world)
  report(timesRow('reset of such a fork', await measured(pid, reset, write({ 'relata-world': world })), most.reset))
  await control('POST', 'snapshots', { name: 'bench' })
  const save = () => control('POST', 'snapshots', { name: 'bench', replace: true })
  report(timesRow('save of a snapshot of it', await measured(pid, save)))
  const load = () => control('POST', 'snapshots/bench/load')
  report(timesRow('load of it into a file', await measured(pid, load, write({})), most.reset))
}

async function memoryOf({ control, addTerm }, pid, report) {
  const what = `memory of ${forks} forks of 10,000 terms`
  const goal = `≤ ${most.megabytes} MB`
  const before = await residentMegabytes(pid)
  const ids = []
  for (let at = 0; at < forks; at += 1) ids.push((await control('POST', 'worlds')).id)
  await Promise.all(ids.map((id, at) => addTerm({ 'relata-world': id }, 1_000_000 + at)))
  const after = await residentMegabytes(pid)
  if (before === undefined || after === undefined) {
    report(missingRow(what, 'not measured: there is no /proc', goal))
    return
  }
  const beside = `${before.all.toFixed(0)} MB before`
  report({ what, ours: `${after.all.toFixed(0)} MB`, beside, goal, isMet: after.all <= most.megabytes })
}

/** Each on a server of its own, since memory that was used is not given back at once. */
async function onServer(location, set, work) {
  const server = await startProgram(location)
  try {
    const origin = `http://localhost:${server.port}`
    await work(callsOf(origin, await tokenFrom(origin), set), server.pid)
  } finally {
    await server.stop()
  }
}

export async function worldsPart(report) {
  const folder = await mkdtemp(join(tmpdir(), 'relata-bench-worlds-'))
  try {
    const location = join(folder, 'location')
    const set = await fill(location)
    await onServer(location, set, (calls, pid) => timesOf(calls, pid, report))
    await onServer(location, set, (calls, pid) => memoryOf(calls, pid, report))
    await onServer(location, set, async ({ control }, pid) => {
      const reset = await measured(pid, () => control('POST', 'reset'))
      report(timesRow('reset of a file to the default seed', reset, most.reset))
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
