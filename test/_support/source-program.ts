/** What runs the source as a program of its own, unbuilt. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Node keeps the source there without its types, and compiled: without it, each start takes more than a second. */
export const compiledSource = {
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/relata-source'),
} as const
