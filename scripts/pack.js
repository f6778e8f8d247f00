/**
 * `npm pack` and `npm publish`: `pack.js before` builds and puts the manifest and the README of the package in place of
 * those of the clone, `pack.js after` puts these back. What a run that was ended in the middle has left is put back first.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.js'
import { packedManifest, packedReadme, repositoryVariable } from './packed.js'
import { ensurePages } from './pages.js'
import { prepare, stopping } from './prepare.js'

/** Text of a file of the clone → that of the package. */
const packed = {
  'package.json': (text, repository) => `${JSON.stringify(packedManifest(JSON.parse(text), repository), null, 2)}\n`,
  'README.md': packedReadme,
}

/** By name, the text of the clone and that of the package. */
const notes = join(root, '.packing.json')

/** A file that somebody has changed since is left as it is. */
function putBack() {
  if (!existsSync(notes)) return
  for (const [name, { own, made }] of Object.entries(JSON.parse(readFileSync(notes, 'utf8')))) {
    const file = join(root, name)
    if (readFileSync(file, 'utf8') === made) writeFileSync(file, own)
  }
  rmSync(notes)
}

function replace() {
  const repository = process.env[repositoryVariable] || undefined
  const texts = Object.entries(packed).map(([name, make]) => {
    const own = readFileSync(join(root, name), 'utf8')
    return [name, { own, made: make(own, repository) }]
  })
  writeFileSync(notes, JSON.stringify(Object.fromEntries(texts)))
  for (const [name, { made }] of texts) writeFileSync(join(root, name), made)
}

putBack()
if (process.argv[2] === 'before') {
  const stop = (await prepare('start')) ?? (await stopping(ensurePages))
  if (stop === undefined) replace()
  else process.exitCode = stop
}
