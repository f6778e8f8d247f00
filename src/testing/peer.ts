/** Packages that are loaded when they are first needed, and are named where they are absent. */
import { createRequire } from 'node:module'
import { join } from 'node:path'

function isAbsent(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'MODULE_NOT_FOUND' && message.includes(`'${name}`)
}

/** Looked for beside this package, then from the working folder: a linked package does not see those of its user. */
// biome-ignore lint/suspicious/noExplicitAny: each package has a shape of its own
export function needPeer(name: string, what: string): any {
  for (const from of [import.meta.filename, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(from)(name)
    } catch (error) {
      if (!isAbsent(error, name)) throw error
    }
  }
  const [, first] = /^((?:@[^/]+\/)?[^/]+)/.exec(name) ?? []
  throw new Error(`${what} needs the package ${first}, which is not installed: npm install --save-dev ${first}`)
}
