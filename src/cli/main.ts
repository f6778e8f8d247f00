/** The `relata` command. */
import { run } from './program.ts'

// Not awaited: a module with top-level await cannot be part of a bundle that is required synchronously.
void run(process.argv.slice(2), process.env).then((code) => {
  process.exitCode = code
})
