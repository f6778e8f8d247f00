import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareConfig, readConfig } from '../../config.ts'
import { partsOf } from './contents.ts'
import { isTermsFile } from './terms-file.ts'

let root = ''
let count = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'relata-seed-folder-'))
})
afterAll(() => rm(root, { recursive: true }))

const folderWith = async (files: Readonly<Record<string, string>>): Promise<string> => {
  count += 1
  const folder = join(root, String(count))
  await mkdir(folder)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

const tenant = (name: string, more = ''): string =>
  `tenants:\n  - displayName: ${name}\n    defaultDomain: ${name}.example\n    administrators: [ada@${name}.example]\n${more}`

/** Names of the tenants in their order, and of packs; or the faults. */
const contentOf = async (folder: string, environment: Readonly<Record<string, string>> = {}, flags = {}) => {
  const all = { RELATA_SEED_FOLDER: folder, ...environment }
  await prepareConfig(flags, all)
  const outcome = readConfig(flags, all)
  if ('faults' in outcome) return outcome.faults
  const { seed } = outcome.config
  if (seed === 'default' || seed === 'none') return seed
  return partsOf(seed).flatMap((part) =>
    typeof part === 'string'
      ? [part]
      : isTermsFile(part)
        ? [part.terms]
        : part.tenants.map(({ defaultDomain }) => defaultDomain),
  )
}

describe('a folder of seeds', () => {
  it('gives its seed files in the order of their names, and nothing of what else is there', async () => {
    const folder = await folderWith({
      '9.yml': tenant('c'),
      '10.yaml': tenant('a'),
      '20.JSON': JSON.stringify({
        tenants: [{ displayName: 'b', defaultDomain: 'b.example', administrators: ['ada@b.example'] }],
      }),
      'README.md': 'text',
      '.hidden.yaml': 'nonsense',
      'seed-1.schema.json': '{}',
    })
    await mkdir(join(folder, 'more.yaml'))
    await symlink(join(folder, '10.yaml'), join(folder, 'link.txt'))
    expect(await contentOf(folder)).toEqual(['a.example', 'b.example', 'c.example'])
  })

  it('follows what --seed names, and takes the place of the default', async () => {
    const folder = await folderWith({ 'a.yaml': tenant('a') })
    expect(await contentOf(folder, { RELATA_SEED: 'contoso' })).toEqual(['contoso', 'a.example'])
    expect(await contentOf(folder, { RELATA_SEED: 'none' })).toEqual(['a.example'])
    expect(await contentOf(folder, {}, { registry: true })).toEqual(['a.example'])
  })

  it('changes nothing when it is empty', async () => {
    const folder = await folderWith({ 'README.md': '' })
    expect(await contentOf(folder)).toBe('default')
    expect(await contentOf(folder, {}, { registry: true })).toBe('none')
    expect(await contentOf(folder, { RELATA_SEED: 'none' })).toBe('none')
  })

  it('may add to tenants of the files before, and of --seed', async () => {
    const addition = JSON.stringify({
      tenants: [{ defaultDomain: 'a.example', people: [{ userPrincipalName: 'bob@a.example', displayName: 'Bob' }] }],
    })
    expect(await contentOf(await folderWith({ '1.yaml': tenant('a'), '2.json': addition }))).toEqual([
      'a.example',
      'a.example',
    ])
    expect(await contentOf(await folderWith({ '2.yaml': tenant('a'), '10.json': addition }))).toEqual([
      expect.stringMatching(/10\.json: /),
    ])
    const adding = await folderWith({ 'a.json': addition })
    const before = join(await folderWith({ 'b.yaml': tenant('a') }), 'b.yaml')
    expect(await contentOf(adding, { RELATA_SEED: before })).toEqual(['a.example', 'a.example'])
  })

  it('is refused with the file and what is wrong in it', async () => {
    const one = async (files: Readonly<Record<string, string>>) => contentOf(await folderWith(files))
    expect(await one({ 'a.json': '{' })).toEqual([
      expect.stringMatching(/^RELATA_SEED_FOLDER: .*a\.json, which is not JSON( \(line 1 column \d+\))?$/),
    ])
    expect(await one({ 'a.yaml': 'tenant: []' })).toEqual([
      expect.stringMatching(/a\.yaml, which is not a seed:.*'tenant' is not known here/s),
    ])
    expect(await one({ 'terms.pnp': 'a,b' })).toEqual([expect.stringMatching(/terms\.pnp, which is a PnP package/)])
    expect(await one({ 'terms.csv': 'a,b' })).toEqual([
      expect.stringMatching(/terms\.csv has terms for the tenant .* which neither is there nor is in a seed/),
    ])
    expect(
      await one({ 'a.yaml': tenant('a'), 'b.yaml': tenant('b').replace('defaultDomain: b', 'defaultDomain: a') }),
    ).toEqual([expect.stringMatching(/^--seed-folder: a file is not a seed:.*b\.yaml: tenants\/0\/administrators/s)])
    expect(await contentOf(join(root, 'absent'))).toEqual([expect.stringMatching(/absent' cannot be read: ENOENT/)])
  })

  it('is read by no one who may not read it', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root reads everything')
    const folder = await folderWith({})
    await chmod(folder, 0)
    expect(await contentOf(folder)).toEqual([expect.stringMatching(/cannot be read: EACCES/)])
    await chmod(folder, 0o700)
  })
})
