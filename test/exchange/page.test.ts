/** The examples of docs/taxonomy-files.md: each command is run and prints what the page says. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { run } from '#cli/program.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { pageAt } from '../docs/paste.ts'

let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'relata-page-'))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

/** Words that name files are in the folder of the test. */
function placed(word: string): string {
  return /^(?:[\w-]+\.(?:csv|ndjson)|taxonomy)$/.test(word) ? join(folder, word) : word
}

async function printed(line: string): Promise<string> {
  let text = ''
  const keep = (piece: string | Uint8Array): boolean => {
    text += typeof piece === 'string' ? piece : new TextDecoder().decode(piece)
    return true
  }
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep))
  try {
    await run([...line.split(' ').slice(1).map(placed), '--url', server.http], {})
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return text
    .replaceAll('\r\n', '\n')
    .replace(/^\ufeff/, '')
    .trimEnd()
}

it('prints what the page says', async () => {
  const page = pageAt('docs/taxonomy-files.md')
  let commands = 0
  for (const [, kind, name = '', text = ''] of page.matchAll(/^```(csv|console) ?(\S*)\n([\s\S]*?)^```$/gm)) {
    if (kind === 'csv') {
      await writeFile(join(folder, name), text)
      continue
    }
    for (const part of text.split(/^\$ /m).slice(1)) {
      const [line = '', ...said] = part.trimEnd().split('\n')
      expect.soft({ line, said: await printed(line) }).toEqual({ line, said: said.join('\n') })
      commands += 1
    }
  }
  expect(commands).toBeGreaterThan(5)
}, 60_000)
