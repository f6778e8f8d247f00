/** npm as a child process. Read by an older Node as well: see node-version.js. */
import { spawn } from 'node:child_process'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** npm writes nothing but errors. */
function startNpm(folder, args) {
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }
  const whole = [...args, '--no-audit', '--no-fund', '--loglevel=error']
  const running = process.env.npm_execpath
  // Under `npm start` this very npm is used, whatever else is on the path.
  if (running?.endsWith('.js')) return spawn(process.execPath, [running, ...whole], options)
  return spawn('npm', whole, { ...options, shell: process.platform === 'win32' })
}

/**
 * Runs npm in a folder; a signal that ends this process ends npm first. Resolves with what has become of it: `status`,
 * `signal`, or `error` where it could not be started. `onStart(pid)` is told its process.
 */
export function runNpm(folder, args, onStart = () => undefined) {
  return new Promise((resolve) => {
    const child = startNpm(folder, args)
    if (child.pid !== undefined) onStart(child.pid)
    const pass = (signal) => child.kill(signal)
    for (const signal of signals) process.on(signal, pass)
    const end = (result) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(result)
    }
    child.on('error', (error) => end({ error }))
    child.on('close', (status, signal) => end({ status, signal }))
  })
}

/** A failure the person at the keyboard can act on: shown without a stack. */
export class Stop extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Throws `Stop` unless the process ended well. */
export function checkEnd(what, { status, signal, error }) {
  if (error) throw new Stop(`${what} could not be started: ${error.message}`)
  if (signal) throw new Stop(`${what} was stopped by ${signal}`, 130)
  if (status !== 0) throw new Stop(`${what} failed; its messages are above`)
}

/** Whether a process of that id runs. */
export function isRunning(pid) {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
