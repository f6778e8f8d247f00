/**
 * `bundle.js OUT`: the program in few files, with what it needs of node_modules. Loading a thousand small files took
 * two thirds of a start. What is rarely used stays apart and is loaded when it is.
 * The file to run, `relata.js`, is launch.js.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const [out] = process.argv.slice(2)

/** CommonJS, since V8 takes compiled code only for scripts. ASCII is read and kept at half the price. */
const format = {
  format: 'cjs',
  strict: true,
  dynamicImportInCjs: false,
  charset: 'ascii',
  comments: { legal: true, annotation: false, jsdoc: false },
}

const bundle = async (input, output) => {
  const made = await rolldown({
    input,
    platform: 'node',
    resolve: { conditionNames: ['source', 'node', 'default'] },
    logLevel: 'warn',
  })
  await made.write({ dir: out, ...format, ...output })
  await made.close()
}

await bundle({ program: 'src/cli/main.ts' }, { chunkFileNames: '[name]-[hash].js' })
await bundle({ relata: 'scripts/launch.js' }, {})
writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n')
