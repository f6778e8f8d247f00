/** Pages of the project and what a reader pastes of them into a shell, against a server of the test's own. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** By its place in the project. */
export const pageAt = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

export const blocksIn = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')

export const hasCurl = (): boolean => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const authorityFile = join(process.env['RELATA_TEST_CERTIFICATES'] ?? '', 'ca.pem')

/** What it printed. Rejects where a command of it fails. */
export const runScript = async (
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> => (await promisify(execFile)('bash', [...args], { env: { ...process.env, ...more } })).stdout

/** In a shell that stands where a reader would, with `relata` as the built program. */
export const typedIn = async (
  folder: string,
  script: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const program = fileURLToPath(new URL('../../dist/bin/relata.js', import.meta.url))
  const relata = `relata() { '${process.execPath}' '${program}' "$@"; }; npx() { "$@"; }`
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', `${relata}\n${script}`], {
    cwd: folder,
    env: { ...process.env, ...more },
  })
  return stdout
}

/** The address and the certificate a page names are those of its reader's first start. */
export const paste = (script: string, origin: string): Promise<string> =>
  runScript([
    '-euo',
    'pipefail',
    '-c',
    script.replaceAll('https://localhost:4365', origin).replaceAll('.relata/ca.pem', authorityFile),
  ])

/** JSON objects that stand one behind the other. */
export const objectsIn = (text: string) => text.split(/(?<=\})(?=\{)/).map((part) => JSON.parse(part))
