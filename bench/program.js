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
