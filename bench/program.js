/** The program as people start it: `relata start` of the bundle, on a folder. */
import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isPinned } from './side.js'

export const programFile = fileURLToPath(new URL('../dist/bin/relata.js', import.meta.url))

/** Whether this Relata has the flag. */
export const hasFlag = (flag) =>
  spawnSync(process.execPath, [programFile, 'start', '--help'], { encoding: 'utf8' }).stdout.includes(flag)

/**
 * Resolves when the ready line is printed, which is after the first answer: the server has asked itself by then.
 * { port, pid, millis, stop }
 */
export const startProgram = (location, flags = [], { onCores } = {}) =>
  new Promise((resolve, reject) => {
    const args = [
      programFile,
      'start',
      '--location',
      location,
      '--port',
      '0',
      '--silent',
      '--log-level',
      'error',
      ...flags,
    ]
    const began = performance.now()
    const isBound = isPinned && onCores !== undefined
    const child = isBound ? spawn('taskset', ['-c', onCores, process.execPath, ...args]) : spawn(process.execPath, args)
    const ended = new Promise((end) => {
      child.once('exit', (code) => {
        // Resolved by then where it was ready once.
        reject(new Error(`relata ended with ${code}: ${Buffer.concat(said)}`))
        end()
      })
    })
    const said = []
    child.stderr.on('data', (chunk) => said.push(chunk))
    child.stdout.on('data', (chunk) => {
      said.push(chunk)
      const port = /relata is ready on \S+:(\d+)/.exec(Buffer.concat(said).toString())?.[1]
      if (port === undefined) return
      resolve({
        port: Number(port),
        pid: child.pid,
        millis: performance.now() - began,
        stop: async () => {
          child.kill('SIGTERM')
          await ended
        },
      })
    })
  })

/** Resident memory in megabytes, and what of it is no page of a mapped file; undefined where there is no /proc. */
export const residentMegabytes = async (pid) => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const sizeOf = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024
  return status === '' ? undefined : { all: sizeOf('VmRSS'), own: sizeOf('RssAnon') }
}

/** In which /proc counts. `getconf CLK_TCK` says 100 on every Linux there is. */
const ticksPerSecond = 100

/** Of one process, so far, in microseconds. */
const cpuTime = async (pid) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // Behind the name, which may have anything in it but ends with the last bracket.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return ((Number(user) + Number(system)) * 1_000_000) / ticksPerSecond
}

/** Processor time of a program and then of each worker of it; throws where there is no /proc. */
export const cpuTimes = async (pid) => {
  const workers = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return Promise.all([pid, ...workers.split(' ').filter(Boolean)].map(cpuTime))
}
