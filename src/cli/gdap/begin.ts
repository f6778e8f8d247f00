/** `relata gdap init` and `import`: a directory out of a pack, CIPP's templates, or the files of Microsoft's bulk tool. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ownRoles } from '#bulk/catalogue.ts'
import { cippTemplates } from '#bulk/input/cipp.ts'
import {
  type TextFile,
  toolAssignments,
  toolCustomers,
  toolGroups,
  toolRelationships,
  toolRoles,
} from '#bulk/input/tool-files.ts'
import { packNamed, packs } from '#bulk/packs/packs.ts'
import { customersHead, filesOf, filesOfPack } from '#bulk/packs/written.ts'
import { WrongUsage } from '../command-settings.ts'
import { say } from '../remote/shown.ts'
import { exitCodes } from '../terms/outcome.ts'
import { asUsage, writeNew } from './directory.ts'

async function written(dir: string, files: ReadonlyMap<string, string>): Promise<number> {
  await writeNew(dir, files)
  for (const name of files.keys()) say(`wrote ${join(dir, name)}`)
  return exitCodes.done
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new WrongUsage(`there is no file ${path}`) : error
  })
}

export function initPack(dir: string, name: string): Promise<number> {
  const pack = packNamed(name)
  if (pack === undefined)
    throw new WrongUsage(`gdap init: there is no pack '${name}', but ${packs.map((one) => one.name).join(', ')}`)
  return written(dir, filesOfPack(pack))
}

export async function initFromCipp(dir: string, path: string): Promise<number> {
  const text = await textOf(path)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new WrongUsage(`${path} is not JSON`, { cause })
  }
  const finder = ownRoles
  const { templates, groups } = await asUsage(async () => cippTemplates({ file: basename(path), value }, finder))
  return written(dir, filesOf(templates, groups, customersHead))
}

const templateOfTool = 'tool'

/** Files of the tool in a folder: those that are there. */
async function toolFile(from: string, name: string): Promise<TextFile | undefined> {
  const text = await readFile(join(from, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : { file: name, text }
}

/** Roles of the relationship are those of ADRoles.csv, or without it those that the groups get. */
export async function importTool(dir: string, from: string): Promise<number> {
  const finder = ownRoles
  const names = ['customers.csv', 'ADRoles.csv', 'securityGroup.csv', 'gdapRelationship.csv', 'accessAssignment.csv']
  const [customers, roles, groups, relationships, assignments] = await Promise.all(
    names.map((name) => toolFile(from, name)),
  )
  const files = await asUsage(async () => {
    const lists = [
      ...(relationships === undefined ? [] : [['relationships.csv', toolRelationships(relationships)] as const]),
      ...(assignments === undefined ? [] : [['assignments.csv', toolAssignments(assignments)] as const]),
    ]
    const assign = groups === undefined ? [] : toolGroups(groups, finder)
    const own = roles === undefined ? assign.flatMap((one) => one.roles) : toolRoles(roles, finder)
    const distinct = [...new Map(own.map((role) => [role.id, role])).values()]
    const list = customers === undefined ? customersHead : toolCustomers(customers, templateOfTool)
    if (distinct.length === 0 && lists.length === 0)
      throw new WrongUsage(`gdap import: ${from} has none of the files of the tool: ${names.join(', ')}`)
    if (distinct.length === 0) return new Map(lists)
    return new Map([...filesOf([{ name: templateOfTool, roles: distinct, assign }], [], list), ...lists])
  })
  return written(dir, files)
}
