/** The version of this release. package.json is two folders up from the source, the compiled module and the bundle. */
import { readFileSync } from 'node:fs'

export async function ownVersion(): Promise<string> {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
