/** A command that another program runs for a person: it gets the signals that we get, and its end is ours. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const passedOn: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
/** What shells answer for a command that is not found, and for a file that cannot be run. */
const notFound = 127
const notRunnable = 126
const signalBase = 128

/** As shells have it: 128 and the number of the signal. */
export function codeOfSignal(signal: NodeJS.Signals): number {
  return signalBase + constants.signals[signal]
}

export interface Passing {
  /** The first signal that came while there was no child to pass it on to. */
  readonly early: () => NodeJS.Signals | undefined
  /** Resolves with the exit code. */
  run(command: readonly string[], environment: NodeJS.ProcessEnv): Promise<number>
  forget(): void
}

/** From now on signals do not end this process. */
export function passSignals(): Passing {
  let early: NodeJS.Signals | undefined
  let pass: ((signal: NodeJS.Signals) => void) | undefined
  const listeners = passedOn.map((signal) => {
    const listener = (): void => {
      if (pass === undefined) early ??= signal
      else pass(signal)
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return {
    early: () => early,
    run: ([program = '', ...args], environment) =>
      new Promise((resolve) => {
        const child = spawn(program, args, { stdio: 'inherit', env: environment })
        pass = (signal) => {
          // A terminal sends it to all of its programs, so the child has it already.
          if (signal === 'SIGINT' && process.stdin.isTTY) return
          child.kill(signal)
        }
        child.on('error', (error: NodeJS.ErrnoException) => {
          const isMissing = error.code === 'ENOENT'
          process.stderr.write(`relata: exec: ${program}: ${isMissing ? 'command not found' : error.message}\n`)
          resolve(isMissing ? notFound : notRunnable)
        })
        child.on('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : codeOfSignal(signal)))
      }),
    forget: () => {
      for (const off of listeners) off()
    },
  }
}
