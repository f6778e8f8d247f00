/** The `relata` command. */
import { watchOutput } from './lost-output.ts'
import { run } from './program.ts'

watchOutput()
// Not awaited: a module with top-level await cannot be part of a bundle that is required synchronously.
void run(process.argv.slice(2), process.env).then((code) => {
  process.exitCode = code
})
