/**
 * `with-node.js SCRIPT ARGS…`: runs a script of the project, in this process where its Node is new enough, else with the
 * Node of fetch-node.js. Every command of package.json begins here. Read by an older Node: see node-version.js.
 */
import { spawn } from 'node:child_process'
import { delimiter, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fetchedNode, fetchNode } from './fetch-node.js'
import { isNewEnough, pinnedNode, tooOldText } from './node-version.js'
import { Stop } from './npm.js'

const [script, ...args] = process.argv.slice(2)

/** Says in one line what is done about it. Throws `Stop`. */
async function otherNode() {
  const tooOld = tooOldText(process.versions.node)
  let known
  try {
    known = fetchedNode()
  } catch (error) {
    if (error instanceof Stop) throw new Stop(`${tooOld}; ${error.message}`)
    throw error
  }
  const { version } = pinnedNode
  if (known !== undefined) {
    console.error(`${tooOld}; using Node ${version} from .node/`)
    return known
  }
  console.error(`${tooOld}; fetching Node ${version} into .node/`)
  return fetchNode()
}

/** The keyboard's signals reach the whole group of processes, so the script has had them. */
function passSignals(child) {
  const isAtTerminal = process.stdin.isTTY === true
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !isAtTerminal) child.kill(signal)
    })
  }
}

/**
 * npm passes a signal to its shell only, and a shell that ends says nothing to what it has started. So a command of npm
 * whose shell is gone ends as it would on SIGTERM.
 */
function endWithShell() {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 1000)
  timer.unref()
  // The script has been told already, and takes a second signal for impatience. What it does about the first is up to it.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      clearInterval(timer)
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
    })
  }
}

/** Ends as the script ends, by the same code or signal. */
function runWith(node) {
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`
  const env = { ...process.env, PATH: path, npm_node_execpath: node }
  const child = spawn(node, [script, ...args], { stdio: 'inherit', env })
  passSignals(child)
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code
      return
    }
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

endWithShell()
if (isNewEnough(process.versions.node)) {
  process.argv.splice(1, 2, resolve(script))
  await import(pathToFileURL(script).href)
} else {
  try {
    runWith(await otherNode())
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    console.error(error.message)
    process.exitCode = error.exitCode
  }
}
