/**
 * Restores a backup, or starts a server, and kills its own process before a change of the file system:
 * `node kill-at-step.ts STEP restore LOCATION FILE` or `… STEP start LOCATION`. The first step is 0. Where there are fewer
 * steps, it ends with 0. Every file is made with the mode it is asked for, as the umask is 0.
 */
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const [, , step = '', what = '', location = '', file = ''] = process.argv
process.umask(0)

let taken = 0
type Work = (...args: unknown[]) => unknown
const counted = (module: object, names: readonly string[]): void => {
  const functions = module as Record<string, Work>
  for (const name of names) {
    const original = functions[name] as Work
    functions[name] = (...args) => {
      if (args.some((path) => typeof path === 'string' && path.startsWith(location))) {
        if (taken === Number(step)) process.kill(process.pid, 'SIGKILL')
        taken += 1
      }
      return original(...args)
    }
  }
}
const changes = ['mkdir', 'open', 'writeFile', 'copyFile', 'link', 'rename', 'rm', 'chmod']
counted(promises, changes)
counted(
  fs,
  changes.map((name) => `${name}Sync`),
)
syncBuiltinESMExports()

if (what === 'restore') {
  const { restore } = await import('../../src/app/upkeep/backup.ts')
  await restore({ location, file, replace: true })
} else {
  const [{ startServer }, { defaultConfig }] = await Promise.all([
    import('../../src/app/compose.ts'),
    import('../../src/app/config.ts'),
  ])
  const server = await startServer({ ...defaultConfig, location, port: 0, seed: 'none', silent: true })
  await server.close()
}
process.stdout.write(`${taken}\n`)
