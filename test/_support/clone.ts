/** The project as a fresh clone has it: without what is installed, built or kept. */
import { cpSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

/** `.venv` and `target` are what witnesses in Python and Java have installed: hundreds of megabytes. */
const made = new Set([
  '.git',
  '.node',
  '.relata',
  '.data',
  '.venv',
  'coverage',
  'dist',
  'dist.next',
  'node_modules',
  'target',
])

/** `target` is an empty folder. */
export const cloneInto = (root: string, target: string): void => {
  for (const name of readdirSync(root)) {
    if (made.has(name)) continue
    cpSync(join(root, name), join(target, name), { recursive: true, filter: (path) => !made.has(basename(path)) })
  }
}
