/** A test with a world of its own, in one process: from `startRelata` to the end of `close`, with what a small test does. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spreadOf } from '../figures.js'

const self = fileURLToPath(import.meta.url)
const testing = fileURLToPath(new URL('../../dist/bin/testing.js', import.meta.url))
const most = { testMillis: 30, allMillis: 10_000 }
const tests = 100

const add = (relata, headers, path, body) =>
  relata.fetch(`/v1.0/termStore${path}`, { method: 'POST', headers, body: JSON.stringify(body) })

const smallTest = async ({ startRelata }) => {
  const relata = await startRelata()
  const headers = { authorization: `Bearer ${await relata.token()}`, 'content-type': 'application/json' }
  const made = await add(relata, headers, '/groups', { displayName: 'Kitchen' })
  const again = await add(relata, headers, '/groups', { displayName: 'Kitchen' })
  if (made.status !== 201 || again.status !== 409) throw new Error(`answered ${made.status} and ${again.status}`)
  await (await relata.fetch('/v1.0/termStore/groups', { headers })).json()
  await relata.close()
}

/** In a process that has nothing else to do. */
const measure = async () => {
  const library = (await import(testing)).default
  const began = performance.now()
  await smallTest(library)
  const first = performance.now() - began
  const each = []
  for (let count = 0; count < tests; count += 1) {
    const start = performance.now()
    await smallTest(library)
    each.push(performance.now() - start)
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: tests }, () => smallTest(library)))
  process.stdout.write(JSON.stringify({ first, each, together: performance.now() - start }))
}

export const testsPart = async (report) => {
  const { stdout } = await promisify(execFile)(process.execPath, [self, 'measure'])
  const { first, each, together } = JSON.parse(stdout)
  const { middle, least, most: top } = spreadOf(each)
  report({
    what: 'a test with a world of its own, in process',
    ours: `${middle.toFixed(1)} ms (${least.toFixed(1)}–${top.toFixed(1)})`,
    goal: `≤ ${most.testMillis} ms`,
    isMet: middle <= most.testMillis,
  })
  report({ what: 'the first of a process, with the start of its server', ours: `${first.toFixed(0)} ms` })
  report({
    what: `${tests} such tests at the same time`,
    ours: `${together.toFixed(0)} ms`,
    goal: `≤ ${most.allMillis / 1_000} s`,
    isMet: together <= most.allMillis,
  })
}

if (process.argv[2] === 'measure' && process.argv[1] === self) await measure()
