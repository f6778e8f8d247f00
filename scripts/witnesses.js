/**
 * Installs what the witnesses of test/witnesses need beside the packages of the tests: an environment of Python, a compiled
 * program. Uses Node alone. A stamp in each folder holds the hash of what it was made from.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
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

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** A Python that can make environments, as some systems leave that part out. */
const python = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))'
const asksVersion = {
  python3: ['-c', python],
  go: ['version'],
  keytool: ['-help'],
  java: ['-version'],
  mvn: ['-version'],
}
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

const called = { python3: 'python3 (3.10 or later, with venv)' }

/** The first program that a witness needs and this machine has not; undefined: it has all. */
export function missingTool({ tools }) {
  const missing = tools.find((tool) => !isHere(tool))
  return missing === undefined ? undefined : (called[missing] ?? missing)
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

/** Names are searched for, paths are below the folder. npm is the one that runs this. */
function programOf(folder, [command, ...args]) {
  const npm = process.env.npm_execpath
  if (command === 'npm' && npm?.endsWith('.js')) return { program: process.execPath, args: [npm, ...args] }
  if (command === 'node') return { program: process.execPath, args }
  return { program: command.includes('/') ? join(folder, command) : command, args }
}

/** Resolves with whether it ended well. A signal that ends this process ends it first. */
function runIn(folder, command) {
  return new Promise((resolve) => {
    const { program, args } = programOf(folder, command)
    const shell = process.platform === 'win32' && program === command[0]
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 2, 2], shell })
    const pass = (signal) => child.kill(signal)
    const end = (isWell) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(isWell)
    }
    for (const signal of signals) process.on(signal, pass)
    child.on('error', () => end(false))
    child.on('close', (code) => end(code === 0))
  })
}

async function prepareOne(witness) {
  console.error(`installing what test/witnesses/${witness.folder} needs`)
  rmSync(stampOf(witness), { force: true })
  for (const command of witness.prepare) {
    if (await runIn(folderOf(witness), command)) continue
    console.error(`test/witnesses/${witness.folder}: ${command.join(' ')} failed`)
    return
  }
  writeFileSync(stampOf(witness), wantedOf(witness))
}

function titleOf({ name }) {
  if (name === schemathesis.name) return 'Schemathesis finds each answer described, and no failure'
  return `${name} shows its steps through an unmodified client`
}

/** Those whose test `-t PATTERN` of Vitest asks for; all of them without it. */
export function namedIn(args) {
  const at = args.findIndex((word) => /^(?:-t|--testNamePattern)\b/.test(word))
  const everyone = [...witnesses, schemathesis]
  if (at === -1) return everyone
  const pattern = /=(.*)/.exec(args[at])?.[1] ?? args[at + 1] ?? ''
  return everyone.filter((witness) => new RegExp(pattern).test(titleOf(witness)))
}

/** Those of several folders at once. What cannot be installed is reported by its test. */
export async function prepareWitnesses(args = [], mode = witnessMode()) {
  const wanted = namedIn(args).filter((witness) => runsIn(witness, mode) && missingTool(witness) === undefined)
  // Witnesses of one folder are prepared alike.
  const folders = new Map(wanted.filter((witness) => !preparedNow(witness)).map((witness) => [witness.folder, witness]))
  await Promise.all([...folders.values()].map(prepareOne))
}
