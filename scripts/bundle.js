/**
 * `bundle.js OUT`: the program in few files, with what it needs of node_modules. Loading a thousand small files took
 * two thirds of a start. What is rarely used stays apart and is loaded when it is; native add-ons cannot come along.
 */
import { rolldown } from 'rolldown'

const [out] = process.argv.slice(2)
const bundle = await rolldown({
  input: { relata: 'src/cli/main.ts' },
  platform: 'node',
  resolve: { conditionNames: ['source', 'node', 'default'] },
  external: ['better-sqlite3'],
  logLevel: 'warn',
})
await bundle.write({ dir: out, format: 'esm', chunkFileNames: '[name]-[hash].js' })
await bundle.close()
