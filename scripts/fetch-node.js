/**
 * The pinned Node from npm, into `.node/` of the project; nothing else on the machine is touched. Read by an older Node:
 * see node-version.js.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installText, pinnedNode } from './node-version.js'
import { checkEnd, isRunning, runNpm, Stop } from './npm.js'

const ignored = fileURLToPath(new URL('../.node', import.meta.url))
const draftForm = /^draft-(\d+)$/

/** The packages are linked against glibc, which Alpine's Node, for one, is not. */
function hasGlibc() {
  const { header } = process.report.getReport()
  return header.glibcVersionRuntime !== undefined
}

/** `linux-x64`; throws `Stop` where npm has no package for this platform. */
function platformHere() {
  const platform = `${process.platform}-${process.arch}`
  const isMusl = process.platform === 'linux' && !hasGlibc()
  if (isMusl || pinnedNode.packages[platform] === undefined) {
    const name = isMusl ? `${platform} without glibc` : platform
    throw new Stop(`npm has no Node ${pinnedNode.version} for ${name}. ${installText}`)
  }
  return platform
}

function binaryIn(folder, platform) {
  return join(folder, 'node_modules', `node-${platform}`, 'bin', 'node')
}

function folderOf(platform, base) {
  return join(base, `${pinnedNode.version}-${platform}`)
}

/** Path of the fetched Node; undefined: it is not here yet. Throws `Stop` as `fetchNode` does. */
export function fetchedNode(base = ignored) {
  const platform = platformHere()
  const binary = binaryIn(folderOf(platform, base), platform)
  return existsSync(binary) ? binary : undefined
}

/** What a process that was ended in the middle has left. */
function clearDrafts(base) {
  for (const name of readdirSync(base)) {
    const pid = draftForm.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(base, name), { recursive: true, force: true })
  }
}

/** npm compares what it downloads with the integrity in the lock. */
function writeLock(folder, platform) {
  const name = `node-${platform}`
  const { version } = pinnedNode
  const dependencies = { [name]: version }
  const integrity = pinnedNode.packages[platform]
  const lock = {
    name: 'relata-node',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'relata-node', dependencies }, [`node_modules/${name}`]: { version, integrity } },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'relata-node', private: true, dependencies }))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
}

/** Made beside and renamed, so that it is whole or not there, whoever else fetches at the same time. */
function place(draft, target) {
  try {
    renameSync(draft, target)
  } catch (error) {
    if (!existsSync(target)) throw error
  }
}

/**
 * Fetches the pinned Node into a folder below `base`, with no install script run; returns its path. Throws `Stop` where
 * npm has none for this platform, where it cannot be fetched, and where it does not run here.
 */
export async function fetchNode(base = ignored) {
  const platform = platformHere()
  const draft = join(base, `draft-${process.pid}`)
  mkdirSync(base, { recursive: true })
  clearDrafts(base)
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft)
  try {
    writeLock(draft, platform)
    checkEnd('npm ci', await runNpm(draft, ['ci', '--ignore-scripts']))
    const { stdout } = spawnSync(binaryIn(draft, platform), ['--version'], { encoding: 'utf8' })
    if (stdout !== `v${pinnedNode.version}\n`) throw new Stop('it does not run here')
    place(draft, folderOf(platform, base))
  } catch (error) {
    if (error instanceof Stop)
      throw new Stop(`Node could not be fetched: ${error.message}. ${installText}`, error.exitCode)
    throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return binaryIn(folderOf(platform, base), platform)
}
