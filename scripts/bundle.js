/**
 * `bundle.js OUT`: the program and the library in few files, with all they need of node_modules, whose licences go into
 * THIRD-PARTY.txt. Loading a thousand small files took two thirds of a start. What is rarely used stays apart and is loaded
 * when it is. The file to run, `relata.js`, is launch.js.
 */
import { isAscii } from 'node:buffer'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { isolatedDeclarationSync } from 'rolldown/experimental'
import { noticesOf } from './third-party.js'

const [out] = process.argv.slice(2)

/** CommonJS, since V8 takes compiled code only for scripts. ASCII is read and kept at half the price. */
const format = {
  format: 'cjs',
  strict: true,
  dynamicImportInCjs: false,
  charset: 'ascii',
  comments: { legal: true, annotation: false, jsdoc: false },
}

/** The bundler escapes them in plain texts; in a tagged template it cannot. */
const checkAscii = ({ fileName, code }) => {
  const line = code?.split('\n').find((text) => !isAscii(Buffer.from(text)))
  if (line !== undefined)
    throw new Error(`${fileName}: write letters beyond ASCII in templates as entities or escapes: ${line.trim()}`)
}

/** Returns the files that went into it. */
async function bundle(input, output, more = {}) {
  const made = await rolldown({
    input,
    ...more,
    platform: 'node',
    resolve: { conditionNames: ['source', 'node', 'default'] },
    logLevel: 'warn',
  })
  const written = await made.write({ dir: out, ...format, ...output })
  await made.close()
  written.output.forEach(checkAscii)
  return written.output.flatMap(({ moduleIds }) => moduleIds ?? [])
}

const inputs = {
  program: 'src/cli/main.ts',
  library: 'src/app/library.ts',
  testing: 'src/testing/start-relata.ts',
  'testing-jest': 'src/testing/jest.ts',
  'testing-node-test': 'src/testing/node-test.ts',
  'testing-testcontainers': 'src/testing/testcontainers.ts',
}
const modules = await bundle(inputs, { chunkFileNames: '[name]-[hash].js' })
// A program of its own, beside the chunk that starts it: src/store/sqlite/readers/reader-pool.ts.
const readers = await bundle({ 'reader-process': 'src/store/sqlite/readers/reader-process.ts' }, {})
// The same: src/app/adapters/taxonomy/work/workshop.ts. Apart, so that it takes no part in how the program is divided.
const exchange = await bundle(
  { 'exchange-process': 'src/app/adapters/taxonomy/work/exchange-process.ts' },
  { chunkFileNames: 'exchange-[name]-[hash].js' },
)
/** Vitest can be imported only, not required. Beside what it imports, which it shares with the other entries. */
const besideTesting = {
  name: 'beside-testing',
  resolveId: (id) => (id === './start-relata.ts' ? { id: './testing.js', external: true } : undefined),
}
await bundle(
  { 'testing-vitest': 'src/testing/vitest.ts' },
  { format: 'esm', entryFileNames: '[name].mjs' },
  { external: ['vitest'], plugins: [besideTesting] },
)
// Its types without Vitest's, which a build does not have.
const entry = 'src/testing/vitest.ts'
const { code, errors } = isolatedDeclarationSync(entry, readFileSync(entry, 'utf8'), { sourcemap: false })
if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
mkdirSync(join(out, 'testing'), { recursive: true })
writeFileSync(join(out, 'testing', 'vitest.d.mts'), code)
await bundle({ relata: 'scripts/launch.js' }, {})
// npm sees to it when it links the command, which `npx relata` in a clone does only once.
chmodSync(join(out, 'relata.js'), 0o755)
writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n')
writeFileSync(join(out, 'THIRD-PARTY.txt'), noticesOf([...modules, ...readers, ...exchange]))
