/** The plan of the house bites: for each floor, what it may import passes, and each rule names what breaks it. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root, runTool } from './run-tool.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relata-house-'))
  copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, text: string) => {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const floors = [
  'base',
  'edm',
  'odata',
  'store',
  'engine',
  'workloads',
  'faults',
  'auth',
  'control',
  'http',
  'app',
  'cli',
] as const
type Floor = (typeof floors)[number]
const packages = ['kysely', 'pg', 'jose', 'pino', 'commander', '@peculiar/x509', 'prom-client', '@opentelemetry/api']
const builtIns = ['node:http', 'node:fs/promises']
const errorBody = '#odata/body/error-body.ts'

/** Floor → the other floors, packages and modules of Node it may import; `node:crypto` is free to all. */
const mayImport: Readonly<Record<Floor, readonly string[]>> = {
  base: [],
  edm: ['#base'],
  odata: ['#edm', '#base'],
  store: ['#edm', '#base', 'kysely', 'pg', ...builtIns],
  engine: ['#odata', '#edm', '#base'],
  workloads: ['#edm', '#base'],
  faults: ['#engine', '#odata', '#edm', '#base'],
  auth: ['#edm', '#base', 'jose'],
  control: ['#edm', '#base'],
  http: ['#engine', '#auth', '#control', '#edm', '#base', errorBody, ...builtIns],
  app: [
    ...floors.filter((floor) => floor !== 'app' && floor !== 'cli').map((floor) => `#${floor}`),
    ...packages.filter((name) => !['kysely', 'pg', 'jose'].includes(name)),
    ...builtIns,
  ],
  cli: ['#app', '#http', '#control', '#auth', '#workloads', '#store', '#edm', '#base', 'commander', ...builtIns],
}

const importable = [...floors.map((floor) => `#${floor}`), errorBody, ...packages, 'left-pad', ...builtIns]
/** `#edm` stands for any file of that floor. */
const specifierOf = (entry: string) => (/^#\w+$/.test(entry) ? `${entry}/some-file.ts` : entry)
const importsOf = (entries: readonly string[]) => entries.map((entry) => `import '${specifierOf(entry)}'\n`).join('')

/** Lines of one file that a rule of check-house names. */
const linesNamed = async (rule: string, path: string): Promise<number[]> => {
  const { output } = await runTool('house', [folder])
  const named = new RegExp(`^${rule}: ${path.replaceAll('.', '\\.')}:(\\d+)`, 'gm')
  return [...output.matchAll(named)].map(([, line]) => Number(line)).sort((one, other) => one - other)
}

describe.each(Object.entries(mayImport))('%s/', (floor, allowed) => {
  const isAllowed = (entry: string) =>
    allowed.includes(entry) || (entry === errorBody && allowed.includes('#odata')) || entry === `#${floor}`
  const refused = importable.filter((entry) => !isAllowed(entry))

  it('may import what its floor allows', async () => {
    write(`src/${floor}/room/fine.ts`, importsOf(['./near.ts', '../near.ts', 'node:crypto', ...allowed]))
    expect(await runTool('house', [folder])).toMatchObject({ code: 0 })
  })

  it('may import nothing else, of values and of types alike', async () => {
    write(`src/${floor}/a.ts`, importsOf(refused))
    expect(await linesNamed('floor-imports', `src/${floor}/a.ts`)).toEqual(refused.map((_, index) => index + 1))
    const types = refused.map((entry) => `import type { A } from '${specifierOf(entry)}'\n`).join('')
    write(`src/${floor}/a.ts`, types)
    expect(await linesNamed('floor-imports', `src/${floor}/a.ts`)).toEqual(refused.map((_, index) => index + 1))
  })

  it('reaches no other floor by a relative path, and itself by no other', async () => {
    const elsewhere = floor === 'base' ? 'edm' : 'base'
    const wrong = [`../../${elsewhere}/a.ts`, '../../../scripts/x.ts', `#${floor}/a.ts`, `#${elsewhere}/../http/a.ts`]
    write(`src/${floor}/room/a.ts`, importsOf(wrong))
    expect(await linesNamed('floor-imports', `src/${floor}/room/a.ts`)).toEqual([1, 2, 3, 4])
  })
})

/** Rule of Biome → a small tree that breaks it and nothing else. */
const broken: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nursery/noFloatingPromises': {
    'src/http/a.ts': 'const later = async () => 1\nexport const now = () => {\n  later()\n}\n',
  },
  'style/noDefaultExport': { 'src/auth/a.ts': 'export default 1\n' },
  'performance/noBarrelFile': {
    'src/workloads/models.ts': "export { one } from './one.ts'\n",
    'src/workloads/one.ts': 'export const one = 1\n',
  },
  'style/useFilenamingConvention': { 'src/app/camelCase.ts': 'export const one = 1\n' },
  'style/useNodejsImportProtocol': { 'src/store/a.ts': "import 'fs'\n" },
  'correctness/useImportExtensions': { 'src/base/a.ts': "import './b'\n", 'src/base/b.ts': 'export const b = 1\n' },
  'style/noExcessiveLinesPerFile': { 'test/long.ts': 'export {}\n'.repeat(801) },
  'complexity/noExcessiveCognitiveComplexity': {
    'src/engine/a.ts': `export const a = (n: number) => {\n${'if (n) { if (n) { if (n) { n-- } } }\n'.repeat(4)}}\n`,
  },
  'suspicious/noConsole': { 'src/engine/a.ts': "console.log('here')\n" },
  'suspicious/noExplicitAny': { 'src/workloads/a.ts': 'export const a: any = 1\n' },
}

describe('Biome', () => {
  it.each(Object.entries(broken))('refuses what breaks %s', async (rule, files) => {
    for (const [path, text] of Object.entries(files)) write(path, text)
    const { code, output } = await runTool(
      'biome',
      ['ci', '--reporter=github', '--formatter-enabled=false', '--error-on-warnings', '.'],
      folder,
    )
    expect(output).toContain(`title=lint/${rule}`)
    expect(code).not.toBe(0)
  })
})

const members = (count: number) => Array.from({ length: count }, (_, at) => `  m${at}(): void\n`).join('')

/** Rule of check-house → a small tree that breaks it and nothing else, and the file that is named. */
const faulty: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>> = {
  'known-floor': ['src/attic/a.ts', { 'src/attic/a.ts': 'export const a = 1\n' }],
  'no-workload-names': [
    'src/engine/a.ts:1',
    {
      'src/engine/a.ts': 'export const a = "/delegatedAdminThing"\n',
      'generated/metadata-beta.json': '{"microsoft.graph":{"delegatedAdminThing":{"$Kind":"EntityType"}}}',
    },
  ],
  'no-inline-import-type': [
    'src/workloads/a.ts:1',
    { 'src/workloads/a.ts': "export type A = import('./b.ts').B\n", 'src/workloads/b.ts': 'export type B = 1\n' },
  ],
  'one-clock': ['src/auth/a.ts:1', { 'src/auth/a.ts': 'export const expires = Date.now() + 1\n' }],
  'file-size': ['src/app/a.ts', { 'src/app/a.ts': 'export {}\n'.repeat(401) }],
  'function-size': ['src/app/a.ts:1', { 'src/app/a.ts': `export function a(): void {\n${'  void 0\n'.repeat(80)}}\n` }],
  'function-declarations': ['src/base/a.ts:2', { 'src/base/a.ts': '\nexport const a = () => 1\n' }],
  'room-size': [
    'src/auth/room',
    Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`src/auth/room/f${at}.ts`, 'export {}\n'])),
  ],
  'one-type-name': [
    'src/auth/b.ts:1',
    { 'src/auth/a.ts': 'export interface Place {}\n', 'src/auth/b.ts': 'export type Place = 1\n' },
  ],
  'port-size': [
    'src/edm/a.ts',
    {
      'src/edm/a.ts': `interface ReadTx {\n${members(11)}}\nexport interface Tx extends ReadTx {\n  n0(): 1\n  n1(): 1\n}\n`,
    },
  ],
  'no-circle': [
    'src/odata/a.ts',
    {
      'src/odata/a.ts': "import type { B } from './b.ts'\nexport type A = B\n",
      'src/odata/b.ts': "import type { A } from './a.ts'\nexport type B = A[]\n",
    },
  ],
  'closed-rooms': [
    'src/store/rows/a.ts:1',
    {
      'src/store/rows/a.ts': "import type { B } from '../sqlite/b.ts'\nexport type A = B\n",
      'src/store/sqlite/b.ts': 'export type B = 1\n',
    },
  ],
}

describe('check-house', () => {
  it('is content with a tree that keeps the rules', async () => {
    write('src/base/clock.ts', 'export function now() {\n  return new Date()\n}\n')
    write('src/workloads/a.ts', "export const name = 'microsoft.graph.termStore'\nexport const day = new Date(0)\n")
    write('src/engine/a.test.ts', "import '#workloads/models.ts'\n")
    expect(await runTool('house', [folder])).toMatchObject({ code: 0 })
  })

  it.each(Object.entries(faulty))('names %s, the file and the line', async (rule, [where, files]) => {
    for (const [path, text] of Object.entries(files)) write(path, text)
    const { code, output } = await runTool('house', [folder])
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(`^${rule}: ${where}:`)])
    expect(code).toBe(1)
  })

  it('fails where it sees fewer files than the house has', async () => {
    write('src/base/a.ts', 'export const a = 1\n')
    const { code, output } = await runTool('house', [], folder)
    expect(output).toContain('all-seen: src: 1 files seen, at least 300 expected')
    expect(code).toBe(1)
  })
})
