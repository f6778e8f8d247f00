/**
 * Installs what the witnesses of test/witnesses need beside the packages of the tests: an environment of Python, a compiled
 * program. Uses Node alone. A stamp in each folder holds the hash of what it was made from.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { schemathesis, witnesses } from '../test/witnesses/table.js'
import { root, textOf } from './install.js'

/** Which witnesses run: `all`, those of whole runs (`ci`), or those that need nothing (`few`). */
export function witnessMode() {
  const asked = process.env.RELATA_WITNESSES
  if (asked === 'all' || asked === 'ci') return asked
  return process.env.CI ? 'ci' : 'few'
}

/** Whether a witness runs then. */
export function runsIn({ runs }, mode) {
  return runs === 'always' || mode === 'all' || (runs === 'ci' && mode === 'ci')
}

const asksVersion = { go: ['version'], keytool: ['-help'], java: ['-version'], mvn: ['-version'] }
const found = new Map()

function isHere(tool) {
  if (!found.has(tool)) {
    const { status } = spawnSync(tool, asksVersion[tool] ?? ['--version'], {
      stdio: 'ignore',
      shell: process.platform === 'win32',
    })
    found.set(tool, status === 0)
  }
  return found.get(tool)
}

/** The first program that a witness needs and this machine has not; undefined: it has all. */
export function missingTool({ tools }) {
  return tools.find((tool) => !isHere(tool))
}

function folderOf({ folder }) {
  return join(root, 'test', 'witnesses', folder)
}

function stampOf(witness) {
  return join(folderOf(witness), '.prepared')
}

function wantedOf(witness) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch} ${JSON.stringify(witness.prepare)}`)
  for (const file of witness.preparedFrom) hash.update(readFileSync(join(folderOf(witness), file)))
  return hash.digest('hex')
}

/** Whether everything that it needs is installed. */
export function preparedNow(witness) {
  return witness.prepare.length === 0 || textOf(stampOf(witness)) === wantedOf(witness)
}

/** Names are searched for, paths are below the folder. npm is that of the Node at hand. */
function runIn(folder, [command, ...args]) {
  const isPath = command.includes('/')
  const program = isPath ? join(folder, command) : command
  const options = { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' && !isPath }
  return spawnSync(program, args, options).status === 0
}

function prepareOne(witness) {
  console.error(`installing what the witnesses in test/witnesses/${witness.folder} need`)
  rmSync(stampOf(witness), { force: true })
  for (const command of witness.prepare) {
    if (runIn(folderOf(witness), command)) continue
    console.error(`test/witnesses/${witness.folder}: ${command.join(' ')} failed`)
    return
  }
  writeFileSync(stampOf(witness), wantedOf(witness))
}

/** What cannot be installed is reported by its test. */
export function prepareWitnesses(mode = witnessMode()) {
  for (const witness of [...witnesses, schemathesis]) {
    if (!existsSync(folderOf(witness)) || !runsIn(witness, mode)) continue
    if (missingTool(witness) === undefined && !preparedNow(witness)) prepareOne(witness)
  }
}
