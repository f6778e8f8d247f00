/**
 * What Biome's rules cannot say about the floors: words, sizes and the clock. Usage: check-floors.js [DIR].
 * Prints one line per fault, `rule: file: what`, and exits with 1 when there is any.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** Serve any model, so they name no workload. */
const sharedFloors = ['edm', 'odata', 'store', 'engine']
const floors = ['base', 'edm', 'model', 'odata', 'store', 'engine', 'domain', 'auth', 'control', 'http', 'app', 'cli']
const machinery = ['engine', 'odata', 'store']
/** Lines of code, that is without blank lines and lines of comment alone: see docs/adr/0011. */
const machineryLines = 14_400
const fileLines = 400

const root = process.argv[2] ?? '.'
const src = join(root, 'src')
if (!existsSync(src)) {
  console.error(`check-floors: no folder ${src}`)
  process.exit(1)
}

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map((entry) => {
    const path = join(entry.parentPath, entry.name)
    const [floor] = relative(src, path).split(sep)
    return { path: relative(root, path), floor, text: readFileSync(path, 'utf8') }
  })
const isIn = (some) => (file) => some.includes(file.floor)
const linesOf = ({ text }) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
const codeLinesOf = ({ text }) =>
  text
    .replace(/^[ \t]*\/\*.*?\*\//gms, '')
    .split('\n')
    .filter((line) => !/^\s*(\/\/|$)/.test(line)).length
const naming = (pattern, chosen, says) =>
  chosen.flatMap((file) =>
    file.text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1}: ${says}`] : [])),
  )

const shared = files.filter(isIn(sharedFloors))
/** Migrations are frozen data: their number says nothing of the machinery. */
const isMigration = ({ path }) => path.startsWith(join('src', 'store', 'migrations'))
const total = files
  .filter((file) => isIn(machinery)(file) && !isMigration(file))
  .reduce((sum, file) => sum + codeLinesOf(file), 0)

/** Rule name → its faults. */
const rules = {
  'known-floor': files
    .filter((file) => !floors.includes(file.floor))
    .map(({ path }) => `${path}: every file belongs to a floor: ${floors.join(' ')}`),
  'no-workload-names': naming(/termStore|delegatedAdmin/i, shared, 'edm, odata, store and engine name no workload'),
  'no-model-import': naming(/['"`]#model\//, shared, 'edm, odata, store and engine are handed their model'),
  'no-import-type': naming(
    /(?<!await\s{1,4})\bimport\(\s*['"][#.]/,
    files,
    'write `import type … from`, which the floor rules see',
  ),
  'one-clock': naming(
    /\bDate\.now\(|\bnew Date\(\s*\)|\bnew Date\b(?!\s*\()/,
    files.filter(({ path }) => path !== join('src', 'base', 'clock.ts')),
    'the time comes from a Clock (base/clock.ts)',
  ),
  'file-size': files
    .filter((file) => linesOf(file) > fileLines && !isMigration(file))
    .map((file) => `${file.path}: ${linesOf(file)} lines, at most ${fileLines}`),
  'machinery-size':
    total > machineryLines
      ? [`${machinery.join(' + ')}: ${total} lines of code together, at most ${machineryLines}`]
      : [],
}

const faults = Object.entries(rules).flatMap(([rule, found]) => found.map((fault) => `${rule}: ${fault}`))
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(`floors: ${files.length} files, ${machinery.join(' + ')} ${total} of ${machineryLines} lines of code`)
