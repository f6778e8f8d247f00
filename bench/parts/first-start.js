/**
 * `npm start` on a fresh clone: a copy of what git tracks, with a cache of npm's that is empty, until the ready line. Its
 * parts are told apart by what it prints. The Node that an older one fetches is fetched for itself, whichever Node runs this.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchNode } from '../../scripts/fetch-node.js'
import { pinnedNode } from '../../scripts/node-version.js'
import { missingRow } from '../figures.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const most = { start: 30, withNode: 45 }
const longestMillis = 300_000
/** What a start prints when a part of it begins. */
const begins = { install: /^installing/m, build: /^building$/m, ready: /^relata is ready on/m }

async function freshClone() {
  const folder = await mkdtemp(join(tmpdir(), 'relata-bench-clone-'))
  const { stdout, status } = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error('git cannot say which files a clone has')
  for (const name of stdout.split('\0').filter(Boolean)) await cp(join(root, name), join(folder, name))
  return folder
}

/** Instants in milliseconds since the start, by part. Rejects where it ends before it is ready. */
function startIn(folder) {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const env = { ...process.env, npm_config_cache: join(folder, '.npm-cache'), RELATA_PORT: '0' }
    delete env.npm_execpath
    const options = { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }
    const child = spawn('npm', ['start', '--silent'], options)
    // npm, its shell and the server: a signal to npm alone does not reach the server everywhere.
    const stop = () => process.kill(-child.pid, 'SIGTERM')
    const seen = {}
    let said = ''
    const timer = setTimeout(stop, longestMillis)
    const hear = (text) => {
      said += text
      const isReady = seen.ready !== undefined
      for (const [part, form] of Object.entries(begins)) if (form.test(said)) seen[part] ??= performance.now() - began
      if (!isReady && seen.ready !== undefined) stop()
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      if (seen.ready === undefined) reject(new Error(`npm start ended before it was ready: ${said.slice(-2_000)}`))
      else resolve(seen)
    })
  })
}

async function fetchMillis(folder) {
  const began = performance.now()
  const { npm_config_cache: before } = process.env
  process.env.npm_config_cache = join(folder, '.npm-cache-of-node')
  try {
    await fetchNode(join(folder, '.node'))
  } finally {
    if (before === undefined) delete process.env.npm_config_cache
    else process.env.npm_config_cache = before
  }
  return performance.now() - began
}

function secondsText(millis) {
  return `${(millis / 1000).toFixed(1)} s`
}

export async function firstStartPart(report) {
  const folder = await freshClone()
  const whole = (what, millis, goal) =>
    report({ what, ours: secondsText(millis), goal: `≤ ${goal} s`, isMet: millis <= goal * 1000 })
  try {
    const { install, build, ready } = await startIn(folder)
    report({ what: 'install', ours: secondsText(build - install) })
    report({ what: 'build', ours: secondsText(ready - build), beside: 'with the start' })
    whole('npm start on a fresh clone', ready, most.start)
    const fetched = `fetch of Node ${pinnedNode.version}`
    try {
      const millis = await fetchMillis(folder)
      report({ what: fetched, ours: secondsText(millis) })
      whole('npm start on a fresh clone, on an older Node', ready + millis, most.withNode)
    } catch (error) {
      report(missingRow(fetched, `not measured: ${error.message}`, `≤ ${most.withNode} s`))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
