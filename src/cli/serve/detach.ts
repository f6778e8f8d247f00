/** `relata start --detach`: the server is a process of its own that stays, and this one ends when it is ready. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '#app/config.ts'
import { findState, logName, noteLog, stateFolder, tidyStates } from './server-state.ts'

const lookMillis = 50

/** What the server has printed before it ended: why it did not start. */
function complaintIn(log: string): string {
  return readFileSync(log, 'utf8').trimEnd()
}

export interface DetachWish {
  /** Of this command, with the flag that led here. */
  readonly args: readonly string[]
  readonly environment: NodeJS.ProcessEnv
}

/** Resolves with the exit code: that of the server where it does not become ready. */
export async function startDetached(config: Config, { args, environment }: DetachWish): Promise<number> {
  const folder = resolve(stateFolder(config.location))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  tidyStates(config.location)
  const log = join(folder, logName(process.pid))
  const output = openSync(log, 'a', 0o600)
  const [program = ''] = process.argv.slice(1)
  const own = [...process.execArgv, program, ...args.filter((word) => word !== '--detach')]
  const child = spawn(process.execPath, own, { detached: true, stdio: ['ignore', output, output], env: environment })
  closeSync(output)
  let code: number | undefined
  child.on('exit', (given) => {
    code = given ?? 1
  })
  // It is in no group of the terminal, which would tell it.
  const giveUp = (): void => {
    child.kill('SIGTERM')
  }
  process.on('SIGINT', giveUp).on('SIGTERM', giveUp)
  for (;;) {
    const state = child.pid === undefined ? undefined : findState(config.location, child.pid)
    if (state !== undefined) {
      noteLog(config.location, { ...state, log })
      child.unref()
      const ready = `relata is ready on ${state.url}`
      const facts = { level: 'info', address: state.url, pid: state.pid, log, msg: ready }
      if (config.output === 'json') process.stdout.write(`${JSON.stringify(facts)}\n`)
      else process.stdout.write(`${config.silent ? '' : `process ${state.pid}, log ${log}\n`}${ready}\n`)
      return 0
    }
    if (code !== undefined) {
      process.stderr.write(`${complaintIn(log)}\n`)
      rmSync(log, { force: true })
      return code === 0 ? 1 : code
    }
    await sleep(lookMillis)
  }
}
