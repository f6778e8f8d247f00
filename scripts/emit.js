/**
 * `npm run emit`: writes `generated/` anew from the built model, removes what is no longer made, and draws the pages, with
 * the counts of one in the README.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.js'
import { prepare } from './prepare.js'

async function emit() {
  // Reads the built model.
  const { emitted, emittedPages, withParity } = await import('./emitted.js')
  const folder = join(root, 'generated')
  const files = emitted()
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (!Object.hasOwn(files, name)) rmSync(join(folder, name))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  console.log(`generated/: ${Object.keys(files).join(', ')}`)
  const pages = emittedPages()
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(root, 'docs', name), text)
  console.log(`docs/: ${Object.keys(pages).join(', ')}`)
  const readme = join(root, 'README.md')
  writeFileSync(readme, withParity(readFileSync(readme, 'utf8')))
}

const stop = await prepare('start')
if (stop === undefined) await emit()
else process.exitCode = stop
