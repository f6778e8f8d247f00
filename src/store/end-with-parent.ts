/** Programs that a server starts beside itself: each ends when the server does, whatever the reason. */
import { Worker } from 'node:worker_threads'

const watchMillis = 1_000

/** In a thread of its own, as the other one is deaf while it works: ends the process when its parent is another one. */
const watch = `const { workerData } = require('node:worker_threads')
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, ${watchMillis})`

export function endWithParent(): void {
  // A terminal sends Ctrl+C to all processes of a group; the server says when this one is to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)
  process.on('disconnect', () => process.exit())
  new Worker(watch, { eval: true, workerData: process.ppid, execArgv: [], env: {} }).unref()
}
