/** The files of a directory that says what a partner wants (events.md §7.2), and the files that `init` and `import` write. */
import { isUtf8 } from 'node:buffer'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RoleFinder } from '#bulk/catalogue.ts'
import { customersInCsv } from '#bulk/input/customers.ts'
import { wantedOf } from '#bulk/input/inputs.ts'
import { InputError, type ParsedFile } from '#bulk/input/reading.ts'
import type { WantedGdap } from '#bulk/wanted.ts'
import { WrongUsage } from '../command-settings.ts'
import { isYaml, yamlFile } from './yaml-file.ts'

/** Undefined: there is none. Throws `InputError` for bytes that are no text: spreadsheets write other encodings as well. */
async function textOf(dir: string, name: string): Promise<string | undefined> {
  const bytes = await readFile(join(dir, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (bytes === undefined || isUtf8(bytes)) return bytes?.toString()
  throw new InputError([{ file: name, line: undefined, path: '', text: 'The file is not UTF-8 text.' }])
}

async function parsed(dir: string, name: string): Promise<ParsedFile | undefined> {
  const text = await textOf(dir, name)
  return text === undefined ? undefined : yamlFile(name, text)
}

/** What is wrong with files is wrong usage, which names the file and the line. */
export async function asUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof InputError ? new WrongUsage(error.message) : error
  }
}

const customersName = 'customers.csv'

export function pathOfCustomers(dir: string): string {
  return join(dir, customersName)
}

/** Faults name a file as whoever typed `--dir` would open it. */
async function namedBelow<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(error.faults.map((fault) => ({ ...fault, file: join(dir, fault.file) })))
  }
}

/** Throws `WrongUsage` with every fault of the files. */
export function readDirectory(dir: string, finder: RoleFinder): Promise<WantedGdap> {
  return asUsage(() => namedBelow(dir, () => wantedIn(dir, finder)))
}

async function wantedIn(dir: string, finder: RoleFinder): Promise<WantedGdap> {
  const settings = await parsed(dir, 'settings.yaml')
  const customers = await textOf(dir, customersName)
  if (settings === undefined || customers === undefined) {
    const name = settings === undefined ? 'settings.yaml' : customersName
    throw new WrongUsage(
      `there is no ${join(dir, name)}\ntip: relata gdap init --pack lighthouse --dir ${dir} makes one`,
    )
  }
  const names = await readdir(join(dir, 'templates')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const templates: ParsedFile[] = []
  for (const name of names.filter(isYaml).toSorted()) {
    const file = await parsed(dir, `templates/${name}`)
    if (file !== undefined) templates.push(file)
  }
  const groups = await parsed(dir, 'groups.yaml')
  const list = (faults: Parameters<typeof customersInCsv>[2]) => customersInCsv(customersName, customers, faults)
  return wantedOf({ settings, templates, groups, customers: list }, finder)
}

/** Writes files that are not there. Throws `WrongUsage`, and writes nothing, where one is. */
export async function writeNew(dir: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const name of files.keys())
    if ((await stat(join(dir, name)).catch(() => undefined)) !== undefined)
      throw new WrongUsage(`${join(dir, name)} is there already; nothing was written`)
  for (const [name, text] of files) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), text)
  }
}
