/** Programs that a server starts beside itself: each ends when the server does, whatever the reason. */
import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

const watchMillis = 1_000
/** A little below that of the server, whose event loop comes first: a third of its share where the processor is short. */
const niceness = 5

export interface SideProgram {
  /** `import.meta.url` of the file that the program lies beside: in the source, compiled, and in the bundle. */
  readonly beside: string
  /** Of its file, without the ending. */
  readonly name: string
  readonly args?: readonly string[]
  readonly memoryMegabytes: number
}

export function startSideProcess({ beside, name, args = [], memoryMegabytes }: SideProgram): ChildProcess {
  const isSource = beside.endsWith('.ts')
  const child = fork(fileURLToPath(new URL(`./${name}.${isSource ? 'ts' : 'js'}`, beside)), args, {
    execArgv: [`--max-old-space-size=${memoryMegabytes}`, ...(isSource ? ['--conditions=source'] : [])],
    // Nothing of the server's environment is needed, and secrets may be in it.
    env: process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] } : {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    if (child.pid !== undefined) setPriority(child.pid, niceness)
  } catch {
    // It may have ended already; its exit is heard.
  }
  return child
}

/** In a thread of its own, as the other one is deaf while it works: ends the process when its parent is another one. */
const watch = `const { workerData } = require('node:worker_threads')
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, ${watchMillis})`

/** Called by the program itself. */
export function endWithParent(): void {
  // A terminal sends Ctrl+C to all processes of a group; the server says when this one is to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)
  process.on('disconnect', () => process.exit())
  new Worker(watch, { eval: true, workerData: process.ppid, execArgv: [], env: {} }).unref()
}
