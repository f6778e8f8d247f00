/** The `relata` command, and its end where the output cannot be written: the reader has gone, as `head` does, or the disk is full. */
import { complain, hintFor, run } from './program.ts'

/** What shells answer for a program that SIGPIPE has ended: 128 and its number. Node ignores the signal. */
const brokenPipe = 141
const failed = 1

/** Only processes that have something to close listen for SIGTERM. */
async function stopServing(): Promise<void> {
  const { isWorker } = await import('./serve/worker.ts')
  // The first process has the same output, and would start another worker.
  if (isWorker) process.kill(process.ppid, 'SIGTERM')
  else process.emit('SIGTERM', 'SIGTERM')
}

/** From now on a command ends without a word where nobody reads it, and a server stops as after SIGTERM. */
function watchOutput(): void {
  let isStopping = false
  const end = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') {
      complain(hintFor(error))
      process.exit(failed)
    }
    if (process.listenerCount('SIGTERM') === 0) process.exit(brokenPipe)
    if (!isStopping) void stopServing()
    isStopping = true
  }
  process.stdout.on('error', end)
  process.stderr.on('error', end)
}

watchOutput()
// Not awaited: a module with top-level await cannot be part of a bundle that is required synchronously.
void run(process.argv.slice(2), process.env).then((code) => {
  process.exitCode = code
})
