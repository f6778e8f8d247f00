/** A set of 30,000 terms from SharePoint's CSV, planned and applied, and out of the server again, by a client over HTTP. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { count, median } from '../figures.js'
import { startProgram } from '../program.js'

const rounds = 3
const most = { import: 5, export: 2 }
const header = ['Term Set Name', 'Term Set Description', 'LCID', 'Available for Tagging', 'Term Description']
const formats = ['sharepoint-csv', 'json', 'pnp-xml', 'turtle']

/** Three levels, 29,730 terms, all with a description but the first. */
function file(name) {
  const levels = [1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`)
  const rows = [[...header, ...levels].join(','), `${name},,1033,,`]
  for (let top = 0; top < 30; top++) {
    rows.push(`,,,TRUE,,Top ${top}`)
    for (let limb = 0; limb < 33; limb++) {
      rows.push(`,,,TRUE,A limb,Top ${top},Limb ${limb}`)
      for (let leaf = 0; leaf < 29; leaf++) rows.push(`,,,TRUE,A leaf ${leaf},Top ${top},Limb ${limb},Leaf ${leaf}`)
    }
  }
  return { text: rows.join('\r\n'), terms: rows.length - 2 }
}

async function ask(origin, path, body) {
  const headers = { 'Content-Type': 'application/octet-stream' }
  const how = body === undefined ? {} : { method: 'POST', headers, body }
  const answer = await fetch(`${origin}/_relata/term-store/${path}`, how)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return text
}

const seconds = async (work) => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

async function importOnce(origin, name) {
  const plan = await ask(origin, `plan?format=sharepoint-csv&group=Bench`, file(name).text)
  const { digest } = JSON.parse(plan.trimEnd().split('\n').at(-1))
  let job = JSON.parse(await ask(origin, 'apply', JSON.stringify({ plan: digest })))
  while (job.state === 'running') {
    await wait(20)
    job = JSON.parse(await ask(origin, `jobs/${job.id}`))
  }
  if (job.state !== 'done') throw new Error(JSON.stringify(job))
}

const rowOf = (what, times, goal) => {
  const middle = median(times)
  return { what, ours: `${middle.toFixed(1)} s`, goal: `≤ ${goal} s`, isMet: middle <= goal }
}

export const exchangePart = async (report) => {
  const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const server = await startProgram(location)
  const origin = `http://localhost:${server.port}`
  try {
    const times = []
    for (let round = 1; round <= rounds; round++) times.push(await seconds(() => importOnce(origin, `Set ${round}`)))
    const { terms } = file('')
    report(rowOf(`import of ${count(terms)} terms from CSV: plan and apply`, times, most.import))
    for (const format of formats) {
      const taken = []
      for (let round = 0; round < rounds; round++)
        taken.push(await seconds(() => ask(origin, `export?format=${format}&set=Set%201`)))
      report(rowOf(`export of ${count(terms)} terms: ${format}`, taken, most.export))
    }
  } finally {
    await server.stop()
    await rm(location, { recursive: true, force: true })
  }
}
