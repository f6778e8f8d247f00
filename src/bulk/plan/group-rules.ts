/** Which groups a template means, in the partner's directory: once for all customers of the template. */
import { type GroupFinder, isReserved } from '../state.ts'
import type { GroupRef, NewGroup, Template } from '../wanted.ts'
import type { ProblemCode, StepGroup } from './plan-file.ts'

export interface MeantGroup extends StepGroup {
  readonly roles: readonly string[]
  /** The id that the template names is gone, and this group has its name. */
  readonly isRepaired?: true
}

export interface GroupFault {
  readonly code: ProblemCode
  readonly text: string
}

export interface MeantGroups {
  readonly groups: readonly MeantGroup[]
  readonly faults: readonly GroupFault[]
  /** Groups that have to be made first. */
  readonly made: readonly NewGroup[]
}

interface Directory {
  readonly finder: GroupFinder
  readonly news: readonly NewGroup[]
}

type OneMeant = (StepGroup & { readonly isRepaired?: true; readonly made?: NewGroup }) | GroupFault

function byName({ finder, news }: Directory, name: string, isRepaired: boolean): OneMeant {
  const found = finder.named(name)
  const [only] = found
  if (found.length > 1)
    return { code: 'groupAmbiguous', text: `${found.length} groups are called '${name}': name the one by its id` }
  if (only !== undefined) return { id: only.id, name: only.name, ...(isRepaired ? { isRepaired } : {}) }
  const made = news.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (made !== undefined) return { name: made.name, made }
  return { code: 'groupMissing', text: `there is no group '${name}', and groups.yaml does not name it` }
}

function meant(directory: Directory, { id, name }: GroupRef): OneMeant {
  const known = id === undefined ? undefined : directory.finder.byId(id)
  const shown = known?.name ?? name ?? ''
  if (isReserved(shown)) return { code: 'groupReserved', text: `'${shown}' is a group that no role may be given to` }
  if (known !== undefined) return { id: known.id.toLowerCase(), name: known.name }
  if (name !== undefined) return byName(directory, name, id !== undefined)
  return { code: 'groupMissing', text: `there is no group with the id ${id}` }
}

/** Two entries for one group give it the roles of both. */
export function meantGroups({ assign }: Template, directory: Directory): MeantGroups {
  const groups = new Map<string, MeantGroup>()
  const faults: GroupFault[] = []
  const made: NewGroup[] = []
  for (const { group, roles } of assign ?? []) {
    const found = meant(directory, group)
    if ('code' in found) {
      faults.push(found)
      continue
    }
    const { made: own, ...facts } = found
    if (own !== undefined) made.push(own)
    const key = facts.id?.toLowerCase() ?? `name ${facts.name?.toLowerCase()}`
    const before = groups.get(key)?.roles ?? []
    const id = facts.id === undefined ? {} : { id: facts.id.toLowerCase() }
    groups.set(key, { ...facts, ...id, roles: [...new Set([...before, ...roles])] })
  }
  return { groups: [...groups.values()], faults, made }
}
