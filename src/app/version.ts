/** What lies beside the program: two folders up from the source, the compiled module and the bundle. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export async function ownVersion(): Promise<string> {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Folder of the built pages; it may not be there. */
export function pagesFolder(): string {
  return fileURLToPath(new URL('../../web/dist', import.meta.url))
}
