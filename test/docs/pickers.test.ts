/** The examples of docs/pickers.md, as a reader would run them. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { authorityFile, blocksIn, hasCurl, objectsIn, pageAt, paste } from './paste.ts'

const page = pageAt('docs/pickers.md')
const [first = '', write = ''] = blocksIn(page, 'sh')
const [third = '', second = ''] = blocksIn(page, 'js')

let server: TestServer
let folder: string
beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'relata-pickers-'))
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

/** `client`: what the packages of the example are called here, where there are two versions. */
const run = async (script: string, client: string): Promise<string> => {
  const file = join(folder, `${client.replaceAll('/', '-')}.mjs`)
  const here = script.replaceAll('https://localhost:4365', server.origin).replaceAll("'@pnp/sp", `'${client}`)
  await writeFile(file, here)
  const environment = { ...process.env, NODE_EXTRA_CA_CERTS: authorityFile }
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env: environment })
  return stdout
}

describe('docs/pickers.md', () => {
  it('has commands that read and write', async ({ skip }) => {
    if (!hasCurl()) skip('curl is not installed')
    const [groups, made] = objectsIn(await paste(first + write, server.origin))
    expect(groups.value).toContainEqual({ id: expect.any(String), name: 'System', type: 'SystemGroup' })
    expect(made).toMatchObject({ displayName: 'Written by a script' })
  })

  it('has a program with @pnp/sp 3', async () => {
    expect(await run(third, '@pnp/sp')).toBe("[ 'Oak' ] [ 'Stone', 'Wood' ]\n")
  })

  it('has a program with @pnp/sp 2', async () => {
    expect(await run(second, 'pnp-sp-2')).toBe('Genres\n')
  })
})
