/**
 * Installs packages where they are missing, in the scopes that commands need. Runs before anything is installed, so it
 * uses Node alone. A stamp of each scope holds the hash of what was installed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkEnd, isRunning, runNpm, Stop } from './npm.js'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * What each scope is: a folder with a lock file, the workspaces of it that are wanted beside its own packages, npm's flags
 * for that, and what to say. Packages that are there for another scope stay.
 */
export const scopes = {
  start: {
    folder: root,
    workspaces: [],
    flags: ['--workspaces=false', '--ignore-scripts'],
    says: 'installing (the first time takes some ten seconds)',
  },
  test: {
    folder: root,
    workspaces: ['test', 'bench'],
    flags: [],
    says: 'installing what the tests need (the first time takes a minute or two)',
  },
  bench: {
    folder: root,
    workspaces: ['bench'],
    flags: ['--workspace=bench', '--include-workspace-root'],
    says: 'installing what the bench needs (the first time takes half a minute)',
  },
  web: {
    folder: join(root, 'web'),
    workspaces: [],
    flags: ['--ignore-scripts'],
    says: 'installing what the pages are built with (the first time takes half a minute)',
  },
  peers: {
    folder: join(root, 'bench', 'peers'),
    workspaces: [],
    flags: ['--ignore-scripts'],
    says: 'installing the peers',
  },
}

export function textOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/**
 * npm notes what it installed before install scripts have run, so one that was ended in the middle looks whole, to npm too.
 * Hence a mark of our own, with the process that installs; what is marked and no longer worked on is thrown away.
 */
function clearBegun(installed, mark) {
  const pid = textOf(mark)
  if (pid === undefined) return
  if (isRunning(Number(pid))) {
    throw new Stop(`Process ${pid} is installing here. Try again when it has ended, or remove node_modules.`)
  }
  rmSync(installed, { recursive: true, force: true })
}

async function install({ folder, flags, says }, installed, mark) {
  console.error(says)
  mkdirSync(installed, { recursive: true })
  writeFileSync(mark, String(process.pid))
  // Not `npm ci`: it refuses a lock made where the binaries of other platforms could not be looked up.
  // Without saving, `install` follows the lock just as closely and leaves it alone.
  const args = ['install', '--no-save', ...flags, '--include=dev', '--include=optional']
  const result = await runNpm(folder, args, (pid) => writeFileSync(mark, String(pid)))
  checkEnd('npm install', result)
  rmSync(mark)
}

/** The place in whose node_modules that one is; a workspace is looked after by the root. */
function parentOf(place) {
  const at = place.lastIndexOf('node_modules/')
  return at < 0 ? '' : place.slice(0, Math.max(0, at - 1))
}

/** Where a package is found from another: in its own node_modules, or in one further up. */
function placeOf(packages, from, name) {
  for (let at = from; ; at = parentOf(at)) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (packages[place] !== undefined || at === '') return place
  }
}

/** Names of what the package at that place needs. */
function needsOf(
  { dependencies, devDependencies, optionalDependencies, peerDependencies, peerDependenciesMeta },
  isOurs,
) {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true)
  return Object.keys({ ...dependencies, ...optionalDependencies, ...(isOurs ? devDependencies : {}) }).concat(peers)
}

/** Places of all that the workspaces and the root need, with their dependencies, as the lock has them. */
function neededOf(packages, workspaces) {
  const places = ['', ...workspaces]
  const seen = new Set(places)
  // Grows while it is walked through.
  for (const place of places) {
    const needs = needsOf(packages[place] ?? {}, !place.includes('node_modules/'))
    for (const found of needs.map((name) => placeOf(packages, place, name))) {
      if (packages[found] === undefined || seen.has(found)) continue
      seen.add(found)
      places.push(found)
    }
  }
  return places.filter((place) => place.includes('node_modules/'))
}

/** npm notes what it installed in a lock file of its own, so that an installation made by hand is known too. */
function agreesWithLock({ folder, workspaces }, installed) {
  const has = textOf(join(installed, '.package-lock.json'))
  const wants = textOf(join(folder, 'package-lock.json'))
  if (has === undefined || wants === undefined) return false
  const found = JSON.parse(has).packages
  const { packages } = JSON.parse(wants)
  return neededOf(packages, workspaces).every((place) => {
    const { version, optional } = packages[place]
    return found[place]?.version === version || (found[place] === undefined && optional === true)
  })
}

/** Makes sure that a scope's packages are there. Returns whether it installed any. Throws `Stop`. */
export async function ensureInstalled(name) {
  const scope = scopes[name]
  const installed = join(scope.folder, 'node_modules')
  const mark = join(installed, '.relata-installing')
  const stamp = join(installed, `.relata-installed-${name}`)
  clearBegun(installed, mark)
  const lock = textOf(join(scope.folder, 'package-lock.json')) ?? ''
  const wanted = createHash('sha256').update(`${process.platform}-${process.arch}`).update(lock).digest('hex')
  if (textOf(stamp) === wanted) return false
  const isThere = agreesWithLock(scope, installed)
  if (!isThere) await install(scope, installed, mark)
  writeFileSync(stamp, wanted)
  return !isThere
}
