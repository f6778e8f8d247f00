/**
 * A new property is one line in a model file: the migration is drafted, nothing else is touched, and a database of
 * the build before goes on with it. Done on a copy of the source.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { tokenFor } from '../_support/server.ts'
import {
  type BuiltServer,
  build,
  endAll,
  need,
  root,
  type Send,
  sender,
  startBuilt,
  TS,
} from '../crash/built-server.ts'

const declaration = /export const group = entityType\(`\$\{ns\}\.group`/
const line = "    colour: text({ doc: 'Test.' }),"

const cache = join(root, 'node_modules/.cache')
mkdirSync(cache, { recursive: true })
const copy = mkdtempSync(join(cache, 'relata-upgrade-'))
const data = mkdtempSync(join(tmpdir(), 'relata-upgrade-'))
const program = join(copy, 'dist/cli/main.js')

/** Texts by path below `src`. */
const sources = (): Map<string, string> =>
  new Map(
    readdirSync(join(copy, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(join(copy, 'src'), path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  )

const run = (args: readonly string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

const compile = (): void => {
  const { status, output } = run([join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'])
  expect(output).toBe('')
  expect(status).toBe(0)
}

/** Puts the line first among the properties of `group`; the name of the file it is in. */
const addProperty = (): string => {
  const [[name, text] = ['', ''], ...others] = [...sources()].filter(
    ([path, code]) => path.startsWith('workloads/term-store/') && declaration.test(code),
  )
  expect(name).toMatch(/^workloads\//)
  expect(others).toEqual([])
  const props = '  props: {\n'
  const at = text.indexOf(props, text.search(declaration))
  expect(at).toBeGreaterThan(0)
  const cut = at + props.length
  writeFileSync(join(copy, 'src', name), `${text.slice(0, cut)}${line}\n${text.slice(cut)}`)
  return name
}

interface Group {
  readonly id: string
  readonly displayName: string
  readonly colour?: string | null
}

const senderTo = async ({ http }: BuiltServer): Promise<Send> =>
  sender(http, await tokenFor(http, wellKnown.contoso, wellKnown.daemon))

/** A database made by the build as it is; the id of a group in it. */
const makeOldData = async (location: string): Promise<string> => {
  const server = await startBuilt(location)
  const send = await senderTo(server)
  const { id } = need(201, await send('POST', `${TS}/groups`, { displayName: 'Old' }))
  expect((await send('PATCH', `${TS}/groups/${id}`, { colour: 'blue' })).text).not.toContain('blue')
  expect((await server.end('SIGTERM')).code).toBe(0)
  return id
}

beforeAll(async () => {
  await build()
  for (const name of ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
})
afterAll(async () => {
  await endAll()
  for (const folder of [copy, data]) rmSync(folder, { recursive: true, force: true })
})

describe('a property added to group', () => {
  it('takes one line of the model and a drafted migration', { timeout: 60_000 }, async () => {
    const before = sources()
    const id = await makeOldData(join(data, 'old'))
    cpSync(join(data, 'old'), join(data, 'upgraded'), { recursive: true })

    const modelFile = addProperty()
    compile()
    const refused = startBuilt(join(data, 'upgraded'), program)
    await expect(refused).rejects.toThrow(
      /ended with 1: .*model and the migrations differ[\s\S]*missing: column term_store_group\.colour/,
    )
    expect(run([program, 'migrate', 'draft', 'add-colour'])).toMatchObject({ status: 0 })
    compile()

    const server = await startBuilt(join(data, 'upgraded'), program)
    const send = await senderTo(server)
    const path = `${TS}/groups/${id}`
    expect(need(200, await send<Group>('GET', path))).toMatchObject({ displayName: 'Old', colour: null })
    expect(need(200, await send<Group>('PATCH', path, { colour: 'blue' })).colour).toBe('blue')
    expect(need(200, await send<Group>('GET', path)).colour).toBe('blue')
    const filtered = async (colour: string) => {
      const found = await send<{ value: Group[] }>('GET', `${TS}/groups?$filter=colour eq '${colour}'`)
      return need(200, found).value.map((group) => group.id)
    }
    expect([await filtered('blue'), await filtered('red')]).toEqual([[id], []])
    const made = need(201, await send<Group>('POST', `${TS}/groups`, { displayName: 'New', colour: 'red' }))
    expect([made.colour, await filtered('red')]).toEqual(['red', [made.id]])
    for (const version of ['v1.0', 'beta']) {
      const metadata = (await send('GET', `/${version}/$metadata`)).text
      const type = /<EntityType Name="group"[\s\S]*?<\/EntityType>/g
      const owner = metadata.match(type)?.filter((text) => text.includes('Name="parentSiteId"'))
      expect(owner).toEqual([expect.stringContaining('<Property Name="colour" Type="Edm.String"')])
    }
    expect((await server.end('SIGTERM')).code).toBe(0)

    const after = sources()
    const changed = [...after.keys()].filter((name) => after.get(name) !== before.get(name))
    expect([...before.keys()].filter((name) => !after.has(name))).toEqual([])
    expect(changed.filter((name) => !name.startsWith('store/migrations/'))).toEqual([modelFile])
    expect(changed.filter((name) => name.startsWith('store/migrations/')).sort()).toEqual([
      expect.stringMatching(/^store\/migrations\/\d{4}-add-colour\.ts$/),
      'store/migrations/all.ts',
    ])
    const added = after.get(modelFile)?.split('\n') ?? []
    added.splice(added.indexOf(line), 1)
    expect(added.join('\n')).toBe(before.get(modelFile))
  })
})
