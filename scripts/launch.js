#!/usr/bin/env node
/**
 * What `dist/bin/relata.js` is made from: it loads the chunks of the bundle with what V8 has made of them before
 * (precompile.js). Compiling them anew was a third of a start. Where nothing was made, or for another Node or another
 * text, they are compiled as ever. Nothing is written here. An older Node reads this file too, and says that it is too old.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'
import { installText, isNewEnough, tooOldText } from './node-version.js'

const folder = import.meta.dirname
const requireOther = createRequire(import.meta.filename)
const loaded = new Map()

/** File of a chunk → the script it was compiled to; for precompile.js. */
export const compiled = new Map()

/** V8 looks at its own version and flags; a Node may have a V8 with patches of its own. */
export const codeFileOf = (file) => `${file}.${process.version}-${process.platform}-${process.arch}`

const sealBytes = 4

/** Of text and code together: V8 believes what it is given, and ends the process over a byte that is wrong. */
const sealOf = (text, code) => {
  const seal = Buffer.alloc(sealBytes)
  // Against accidents only, so a checksum is enough; a digest took three times as long.
  seal.writeUInt32BE(crc32(code, crc32(text)))
  return seal
}

/** The seal goes last, so that the code lies as V8 wants it. */
export const sealed = (text, code) => Buffer.concat([code, sealOf(text, code)])

const codeOf = (file, text) => {
  try {
    const whole = readFileSync(codeFileOf(file))
    const code = whole.subarray(0, -sealBytes)
    return sealOf(text, code).equals(whole.subarray(-sealBytes)) ? code : undefined
  } catch {
    return undefined
  }
}

const opening = Buffer.from('(function (exports, require, __filename, __dirname) {')
const closing = Buffer.from('\n})')

const load = (name) => {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const file = join(folder, name)
  const text = readFileSync(file)
  // One text, of bytes put together: a text for each step would be megabytes of garbage in the middle of a start.
  const source = Buffer.concat([opening, text, closing]).toString()
  const script = new Script(source, { filename: file, cachedData: codeOf(file, text) })
  compiled.set(file, script)
  const exports = {}
  // Chunks need each other in circles, so it is known before it has run.
  loaded.set(name, exports)
  script.runInThisContext()(exports, requireChunk, file, folder)
  return exports
}

const requireChunk = (name) => (name.startsWith('./') ? load(name.slice(2)) : requireOther(name))

if (isNewEnough(process.versions.node)) load('program.js')
else {
  // In a clone the scripts of npm fetch a newer Node; the package has no scripts.
  const isClone = existsSync(join(folder, '../../scripts/with-node.js'))
  const how = isClone ? `Write \`npm start -s -- COMMAND\` in place of \`relata COMMAND\`, or install` : 'Install'
  console.error(`relata: ${tooOldText(process.versions.node)}. ${installText.replace('Install', how)}`)
  process.exitCode = 1
}
