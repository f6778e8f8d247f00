/** What users, groups and roles of a directory have in common, and the permissions Graph documents for them. */
import { entityType } from '#edm/define.ts'
import { instant } from '#edm/props.ts'
import { entity } from '../common.ts'

export const ns = 'microsoft.graph'
export const docs = 'https://learn.microsoft.com/graph/api/resources/'
/** A column that is not on the wire. */
export const column = { returned: 'never', published: false, readOnly: true } as const

const directoryPermissions = {
  read: ['Directory.Read.All', 'Directory.ReadWrite.All'],
  write: ['Directory.ReadWrite.All'],
}

/** The permissions of one kind of object: its own, or those of the whole directory. */
export function permissions(read: readonly string[], write: readonly string[]) {
  return {
    read: [...read, ...write, ...directoryPermissions.read],
    write: [...write, ...directoryPermissions.write],
  }
}

/** Not abstract in Graph, but all our objects are of derived types. */
export const directoryObject = entityType(`${ns}.directoryObject`, {
  doc: 'An object of the directory.',
  source: `${docs}directoryobject`,
  base: entity,
  stored: false,
  partial: true,
  keys: 'guid',
  props: { deletedDateTime: instant({ readOnly: true, returned: 'asked', doc: 'When it was deleted.' }) },
  navs: {},
})

/** What the types have in common that show users or groups in the list of a link. */
export const listed = {
  published: false,
  base: directoryObject,
  partial: true,
  navs: {},
} as const
