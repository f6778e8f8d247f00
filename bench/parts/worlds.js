/** Worlds of a stand-in: how long a fork, a reset and a snapshot take, and the memory of a hundred forks at once. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultConfig } from '../../dist/app/config.js'
import { openParts } from '../../dist/app/parts.js'
import { wellKnown } from '../../dist/app/seed/seed-data.js'
import { bodyOf, post } from '../data.js'
import { median, missingRow } from '../figures.js'
import { residentMegabytes, startProgram } from '../program.js'

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

/** Median of the milliseconds that `work` takes, without the first two times. `before` is not counted. */
async function medianOf(work, before = async () => undefined) {
  const times = []
  for (let round = 0; round < rounds + 2; round += 1) {
    await before(round)
    const began = performance.now()
    await work(round)
    times.push(performance.now() - began)
  }
  return median(times.slice(2))
}

function millisRow(what, millis, goal) {
  const ours = `${millis.toFixed(1)} ms`
  return goal === undefined ? { what, ours } : { what, ours, goal: `≤ ${goal} ms`, isMet: millis <= goal }
}

async function timesOf({ control, addTerm }, report) {
  const made = []
  const fork = await medianOf(async () => made.push((await control('POST', 'worlds')).id))
  report(millisRow('fork of a world with 10,000 terms', fork, most.fork))
  let written = 0
  const changing = await medianOf(
    async () => made.push((await control('POST', 'worlds')).id),
    () => addTerm({}, ++written),
  )
  report(millisRow('the same after each write', changing, most.fork))
  const [world] = made
  const write = () => addTerm({ 'relata-world': world }, ++written)
  report(
    millisRow('reset of such a fork', await medianOf(() => control('POST', 'reset', {}, world), write), most.reset),
  )
  await control('POST', 'snapshots', { name: 'bench' })
  report(
    millisRow(
      'save of a snapshot of it',
      await medianOf(() => control('POST', 'snapshots', { name: 'bench', replace: true })),
    ),
  )
  const load = await medianOf(
    () => control('POST', 'snapshots/bench/load'),
    () => addTerm({}, ++written),
  )
  report(millisRow('load of it into a file', load, most.reset))
  for (const id of made) await control('DELETE', `worlds/${id}`)
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

export async function worldsPart(report) {
  const folder = await mkdtemp(join(tmpdir(), 'relata-bench-worlds-'))
  try {
    const location = join(folder, 'location')
    const set = await fill(location)
    for (const measured of [timesOf, memoryOf]) {
      const server = await startProgram(location)
      try {
        const origin = `http://localhost:${server.port}`
        const calls = callsOf(origin, await tokenFrom(origin), set)
        if (measured === memoryOf) await memoryOf(calls, server.pid, report)
        else await timesOf(calls, report)
        if (measured !== memoryOf) continue
        const reset = await medianOf(() => calls.control('POST', 'reset'))
        report(millisRow('reset of a file to the default seed', reset, most.reset))
      } finally {
        await server.stop()
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
