/** What others notice while the worst requests run: how long `/alive` and a read by key take, and how much memory is held. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { prepare } from '../data.js'
import { residentMegabytes } from '../program.js'
import { seconds, startSide } from '../side.js'

const root = '/v1.0/termStore'
const longestMillis = 100
const leastSamples = 100

/** Each set, each of its terms, and each term of the same set: a hundred million. */
const worst = `${root}/sets/$count?$filter=${encodeURIComponent("terms/any(t:t/set/terms/any(c:c/labels/any(l:contains(l/name,'zzz'))))")}`
const lambdas = (set) =>
  `${root}/sets/${set}/terms/$count?$filter=${encodeURIComponent(
    Array.from({ length: 150 }, (_, at) => `labels/any(l:endswith(l/name,'z${at}'))`).join(' or '),
  )}`
const expansion = (set) => `${root}/sets/${set}/terms?$top=1000&$expand=children($expand=children),relations,set`

/** What runs meanwhile, by name: addresses that are asked again and again, by four clients. */
const storms = ({ id }) => ({
  nothing: [],
  'a condition over linked rows': [worst],
  'a hundred and fifty lambdas': [lambdas(id)],
  'expansions of 1,000 rows': [expansion(id)],
  'all of them': [worst, lambdas(id), expansion(id)],
})

const clients = 4

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN

/** Asks for the addresses until told to stop; answers do not matter. */
const storm = ({ port, token }, paths) => {
  const stop = new AbortController()
  const headers = { authorization: `Bearer ${token}` }
  const client = async () => {
    while (!stop.signal.aborted)
      for (const path of paths) {
        try {
          await (await fetch(`http://127.0.0.1:${port}${path}`, { headers, signal: stop.signal })).arrayBuffer()
        } catch {
          if (stop.signal.aborted) return
        }
      }
  }
  const all = paths.length === 0 ? [] : Array.from({ length: clients }, client)
  return async () => {
    stop.abort()
    await Promise.all(all)
  }
}

const sample = async ({ port, token }, path) => {
  const headers = path === '/alive' ? {} : { authorization: `Bearer ${token}` }
  const millis = []
  const end = performance.now() + seconds * 2_000
  while (performance.now() < end || millis.length < leastSamples) {
    const began = performance.now()
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
    millis.push(performance.now() - began)
    await setTimeout(2)
  }
  return millis
}

export const boundedPart = async (report) => {
  const { location, ids } = await prepare()
  const copy = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  let side
  try {
    await cp(location, join(copy, 'relata'), { recursive: true })
    side = await startSide('relata', 'relata.js', [join(copy, 'relata')], { usesToken: true })
    const [set] = ids
    for (const [name, paths] of Object.entries(storms(set))) {
      const stop = storm(side, paths)
      // Until the first of them are at work.
      await setTimeout(1_000)
      const alive = await sample(side, '/alive')
      const point = await sample(side, `${root}/sets/${set.id}/terms/${set.terms[0]}`)
      const memory = await residentMegabytes(side.pid)
      await stop()
      const p99 = quantile(alive, 0.99)
      report({
        what: `/alive during ${name}`,
        ours: `${quantile(alive, 0.5).toFixed(1)} ms, most ${Math.max(...alive).toFixed(0)}`,
        beside: `read by key: p99 ${quantile(point, 0.99).toFixed(1)} ms${memory === undefined ? '' : `, ${Math.round(memory.all)} MB`}`,
        p99: p99.toFixed(1),
        goal: `p99 ≤ ${longestMillis} ms`,
        isMet: p99 <= longestMillis,
      })
    }
  } finally {
    await side?.stop()
    await rm(copy, { recursive: true, force: true })
  }
}
