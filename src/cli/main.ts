/** The `relata` command. */
import { run } from './program.ts'

// Not awaited: a module that waits cannot be part of a bundle that is loaded at once.
void run(process.argv.slice(2), process.env).then((code) => {
  process.exitCode = code
})
