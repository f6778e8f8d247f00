/** All files of a directory together, as what is wanted. */
import type { RoleFinder } from '../catalogue.ts'
import type { CustomerLine, Template, WantedGdap } from '../wanted.ts'
import { InputError, type InputFault, type ParsedFile } from './reading.ts'
import { settingsIn } from './settings.ts'
import { groupsIn, templateIn } from './template.ts'

export interface GivenFiles {
  readonly settings: ParsedFile
  readonly templates: readonly ParsedFile[]
  readonly groups: ParsedFile | undefined
  /** Reads the list; adds its faults. */
  customers(faults: InputFault[]): CustomerLine[]
}

const customersFile = 'customers.csv'

/** Throws `InputError` with every fault. */
export function wantedOf(given: GivenFiles, finder: RoleFinder): WantedGdap {
  const faults: InputFault[] = []
  const settings = settingsIn(given.settings, faults)
  const templates = new Map<string, Template>()
  for (const file of given.templates) {
    const template = templateIn(file, finder, settings, faults)
    if (template === undefined) continue
    if (templates.has(template.name))
      faults.push({
        file: file.file,
        line: file.lineOf?.(['name']),
        path: 'name',
        text: `'${template.name}' has two files.`,
      })
    templates.set(template.name, template)
  }
  const groups = given.groups === undefined ? [] : groupsIn(given.groups, faults)
  const customers = given.customers(faults)
  for (const { line, template } of customers)
    if (!templates.has(template) && faults.length === 0)
      faults.push({ file: customersFile, line, path: 'Template', text: `There is no template '${template}'.` })
  if (faults.length > 0) throw new InputError(faults)
  return { settings, templates, groups, customers }
}
