/** Start to the first answer beside Node itself, and memory with a large database. */
import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { median, missingRow, spreadOf, timeRow } from '../figures.js'
import { large, manyTerms, placesIn, small, termsText } from '../many.js'
import { residentMegabytes, startProgram } from '../program.js'
import { addressesIn } from '../requests.js'
import { loadOnce, rounds, tokenFrom } from '../side.js'

const startsARound = 5
/** Long enough for what is done after a start, and for a collection of garbage. */
const idleMillis = 5_000
const most = { start: 3, megabytes: 120 }

const bareStart = () =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(process.execPath, ['-e', '0'])
    child.on('error', reject)
    child.on('exit', () => resolve(performance.now() - began))
  })

const ourStart = async (location) => {
  const program = await startProgram(location)
  await program.stop()
  return program.millis
}

const startRow = async (what, location, goal) => {
  // The first start on a folder makes its keys and certificates.
  await ourStart(location)
  const [ours, others] = [[], []]
  for (let round = 0; round < rounds * startsARound; round += 1) {
    others.push(await bareStart())
    ours.push(await ourStart(location))
  }
  return timeRow({ what, beside: 'node -e 0', ours, others, unit: 'ms', most: goal })
}

export const startPart = async (report) => {
  for (const terms of [small, large]) {
    const { location } = await manyTerms(terms)
    report(await startRow(`start, ${termsText(terms)}`, location, most.start))
  }
}

const megabytes = async (pid) => {
  await pause(idleMillis)
  return residentMegabytes(pid)
}

const memoryText = (sizes) => {
  const { middle, least, most: top } = spreadOf(sizes.map(({ all }) => all))
  const own = median(sizes.map((size) => size.own))
  return `${middle.toFixed(0)} MB (${least.toFixed(0)}–${top.toFixed(0)}), ${own.toFixed(0)} MB without mapped files`
}

export const memoryPart = async (report) => {
  const goal = `≤ ${most.megabytes} MB`
  const what = `idle after the start, ${termsText(large)} and a tenth as many relationships`
  const data = await manyTerms(large)
  const [fresh, used] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    const program = await startProgram(data.location)
    try {
      const first = await megabytes(program.pid)
      if (first === undefined) {
        report(missingRow(what, 'not measured: no /proc here', goal))
        return
      }
      fresh.push(first)
      const at = addressesIn(placesIn(data))
      const token = await tokenFrom(program.port)
      for (const make of [at.point, at.firstPage, at.startsWith]) {
        const requests = Array.from({ length: 10_000 }, (_, number) => make(number))
        await loadOnce({ port: program.port, token, requests, expect: 200, connections: 32, seconds: 1 })
      }
      used.push(await megabytes(program.pid))
    } finally {
      await program.stop()
    }
  }
  report({ what, ours: memoryText(fresh), goal, isMet: median(fresh.map(({ all }) => all)) <= most.megabytes })
  report({ what: 'idle after three seconds of reads', ours: memoryText(used) })
}
