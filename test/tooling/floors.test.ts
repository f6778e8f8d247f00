/** The floor rules bite: for each floor, what it may import passes, and what it may not is named. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root, runTool } from './run-tool.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relata-floors-'))
  copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, text: string) => {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const floors = ['base', 'edm', 'model', 'odata', 'store', 'engine', 'domain', 'auth', 'control', 'http', 'app'] as const
const packages = [
  'kysely',
  'better-sqlite3',
  'jose',
  'pino',
  'commander',
  '@peculiar/x509',
  'prom-client',
  '@opentelemetry/api',
  'left-pad',
]
const builtIns = ['node:crypto', 'node:http', 'node:fs/promises']
const pure = ['node:crypto']

/** Floor → the other floors, packages and built-in modules it may import. Everything else is refused. */
const mayImport: Readonly<Record<(typeof floors)[number] | 'cli', readonly string[]>> = {
  base: pure,
  edm: ['#base', ...pure],
  model: ['#edm', '#base'],
  odata: ['#edm', '#base', ...pure],
  store: ['#edm', '#base', 'kysely', 'better-sqlite3', ...builtIns],
  engine: ['#odata', '#edm', '#base', ...pure],
  domain: ['#model', '#edm', '#base', ...pure],
  auth: ['#edm', '#base', 'jose', ...pure],
  control: ['#edm', '#base', ...pure],
  http: ['#engine', '#auth', '#control', '#edm', '#base', '#odata/error-body.ts', 'pino', ...builtIns],
  app: [
    ...floors.map((floor) => `#${floor}`),
    'commander',
    'pino',
    '@peculiar/x509',
    'prom-client',
    '@opentelemetry/api',
    ...builtIns,
  ],
  cli: [...floors.map((floor) => `#${floor}`), 'commander', ...builtIns],
}

const importable = [...floors.map((floor) => `#${floor}`), '#odata/error-body.ts', ...packages, ...builtIns]
const always = ['./near.ts', './below/near.ts']
const never = ['../base/clock.ts', '../../scripts/x.ts', './../http/x.ts', '#edm/../http/x.ts']

/** `#edm` stands for any file of that floor. */
const specifierOf = (entry: string) => (/^#\w+$/.test(entry) ? `${entry}/some-file.ts` : entry)
const importsOf = (entries: readonly string[]) => entries.map((entry) => `import '${specifierOf(entry)}'\n`).join('')
const floorLint = () =>
  runTool(
    'biome',
    ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none', 'src'],
    folder,
  )

describe.each(Object.entries(mayImport))('%s/', (floor, allowed) => {
  const isAllowed = (entry: string) =>
    allowed.includes(entry) || allowed.includes(entry.replace(/\/error-body\.ts$/, ''))
  const refused = [...importable.filter((entry) => !isAllowed(entry)), ...never]

  it('may import what its floor allows', async () => {
    write(`src/${floor}/fine.ts`, importsOf([...always, ...allowed]))
    const { code, output } = await floorLint()
    expect(code, output).toBe(0)
  })

  it('may import nothing else, which the rule says by name', async () => {
    write(`src/${floor}/trespass.ts`, importsOf(refused))
    const { code, output } = await floorLint()
    const lines = [...output.matchAll(/^::error title=lint\/style\/noRestrictedImports,.*?line=(\d+)/gm)].map(
      ([, line]) => Number(line),
    )
    expect(
      lines.sort((one, other) => one - other),
      output,
    ).toEqual(refused.map((_, index) => index + 1))
    expect(output).toContain(`${floor}/ may import`)
    expect(code).not.toBe(0)
  })

  it('lets no subfolder reach further', async () => {
    write(`src/${floor}/below/fine.ts`, importsOf(['../near.ts', './near.ts']))
    expect((await floorLint()).code).toBe(0)
    write(`src/${floor}/below/trespass.ts`, importsOf(['../../base/clock.ts']))
    expect((await floorLint()).code).not.toBe(0)
  })
})

/** Rule → a small tree that breaks it and nothing else. */
const broken: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'suspicious/noImportCycles': {
    'src/odata/one.ts': "import { two } from './two.ts'\nexport const one = () => two\n",
    'src/odata/two.ts': "import { one } from './one.ts'\nexport const two = () => one\n",
  },
  'nursery/noFloatingPromises': {
    'src/http/a.ts': 'const later = async () => 1\nexport const now = () => {\n  later()\n}\n',
  },
  'style/noDefaultExport': { 'src/auth/a.ts': 'export default 1\n' },
  'performance/noBarrelFile': {
    'src/workloads/models.ts': "export { one } from './one.ts'\n",
    'src/model/one.ts': 'export const one = 1\n',
  },
  'style/useFilenamingConvention': { 'src/app/camelCase.ts': 'export const one = 1\n' },
  'style/useNodejsImportProtocol': { 'src/store/a.ts': "import 'fs'\n" },
  'correctness/useImportExtensions': { 'src/base/a.ts': "import './b'\n", 'src/base/b.ts': 'export const b = 1\n' },
  'style/noExcessiveLinesPerFile': { 'src/edm/long.ts': 'export {}\n'.repeat(401) },
  'complexity/noExcessiveCognitiveComplexity': {
    'src/engine/a.ts': `export const a = (n: number) => {\n${'if (n) { if (n) { if (n) { n-- } } }\n'.repeat(4)}}\n`,
  },
  'suspicious/noConsole': { 'src/engine/a.ts': "console.log('here')\n" },
  'suspicious/noExplicitAny': { 'src/domain/a.ts': 'export const a: any = 1\n' },
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

/** Rule of check-floors → a file that breaks it. */
const faulty: Readonly<Record<string, readonly [string, string]>> = {
  'known-floor': ['src/attic/a.ts', 'export const a = 1\n'],
  'no-workload-names': ['src/engine/a.ts', 'export const a = "/termStore"\n'],
  'no-model-import': ['src/odata/a.ts', 'const path = "#model/index.ts"\n'],
  'no-import-type': ['src/domain/a.ts', "export type A = import('#store/schema/schema.ts').Schema\n"],
  'one-clock': ['src/auth/a.ts', 'export const expires = () => Date.now() + 1\n'],
  'file-size': ['src/app/a.ts', 'export {}\n'.repeat(401)],
}

describe('check-floors', () => {
  it('is content with a tree that keeps the rules', async () => {
    write('src/base/clock.ts', 'export const now = () => new Date()\n')
    write('src/model/a.ts', "export const name = 'microsoft.graph.termStore'\nexport const day = new Date(0)\n")
    write('src/engine/a.test.ts', "import '#workloads/models.ts'\n")
    expect(await runTool('floors', [], folder)).toMatchObject({ code: 0 })
  })

  it.each(Object.entries(faulty))('names %s, the file and the line', async (rule, [path, text]) => {
    write(path, text)
    const { code, output } = await runTool('floors', [], folder)
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(`^${rule}: ${path}:`)])
    expect(code).toBe(1)
  })

  it('limits engine, odata and store together', async () => {
    for (let file = 0; file < 37; file += 1) write(`src/store/a${file}.ts`, 'export {}\n'.repeat(400))
    const { code, output } = await runTool('floors', [], folder)
    expect(output).toContain('machinery-size: engine + odata + store: 14800 lines of code')
    expect(code).toBe(1)
  })

  it('counts code towards that limit, not comments, blank lines or migrations', async () => {
    const comments = '/** One. */\n\n/*\n * Two.\n */\n  // Three.\n'
    const code = "/* Four. */ export {}\nexport const a = '//' // five\nexport const b = 1 /* six */\n"
    write('src/odata/a.ts', `${comments}${code}${comments}`)
    write('src/store/migrations/0001-init.ts', 'export {}\n'.repeat(100))
    const { output } = await runTool('floors', [], folder)
    expect(output).toContain('engine + odata + store 3 of 14400 lines of code')
  })
})
