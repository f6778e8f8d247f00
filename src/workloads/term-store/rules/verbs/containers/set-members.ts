/** `relata.setSubmissionPolicy`, `relata.setContacts` and `relata.setAvailableForTagging` of a set: exchange.md §9.6, §13.6. */
import type { PatchOf, RowOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import { set } from '../../../types.ts'
import { stampOf } from '../../author.ts'
import { maxName } from '../../labels/text.ts'
import { invalid } from '../../refusals.ts'
import { principalIn } from '../../roles/principals.ts'
import { checkRole } from '../../roles/roles.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { needSet } from '../checks.ts'

type Patch = PatchOf<typeof set>

/** Who looks after a set. What is absent stays as it is. */
export interface Contacts {
  readonly owner?: string | null | undefined
  readonly contact?: string | null | undefined
  readonly stakeholders?: readonly string[] | undefined
}

async function needChangeable(settings: TermStoreSettings, context: WriteContext, setId: string) {
  const row = await needSet(context.tx, setId)
  await checkRole(settings, context, 'contributor', { storeId: row.storeId, groupId: row.parentGroupId })
  if (row.systemRole !== null) throw invalid('The sets of the system cannot be changed.')
  return row
}

async function change(context: WriteContext, row: RowOf<typeof set>, patch: Patch): Promise<void> {
  const isSame = Object.entries(patch).every(
    ([key, value]) => JSON.stringify(value) === JSON.stringify(row[key as keyof typeof row]),
  )
  if (!isSame) await context.tx.update(set, row.id, { ...patch, lastModifiedBy: stampOf(context).lastModifiedBy })
}

export async function setSubmissionPolicy(
  settings: TermStoreSettings,
  context: WriteContext,
  setId: string,
  isOpen: boolean,
): Promise<void> {
  await change(context, await needChangeable(settings, context, setId), { isOpen })
}

export async function setAvailabilityOfSet(
  settings: TermStoreSettings,
  context: WriteContext,
  setId: string,
  isAvailableForTagging: boolean,
): Promise<void> {
  await change(context, await needChangeable(settings, context, setId), { isAvailableForTagging })
}

/** Any text: that it is no mail address is a matter of `relata.validate`. */
function contactIn(text: string | null): string | null {
  if (text !== null && text.length > maxName)
    throw invalid(`The contact is longer than ${maxName} characters.`, 'contact')
  return text === '' ? null : text
}

export async function setContacts(
  settings: TermStoreSettings,
  context: WriteContext,
  setId: string,
  { owner, contact, stakeholders }: Contacts,
): Promise<void> {
  const { tx } = context
  const row = await needChangeable(settings, context, setId)
  const patch: { -readonly [K in keyof Patch]: Patch[K] } = {}
  if (owner !== undefined)
    patch.owner = owner === null || owner === '' ? null : await principalIn(tx, owner, 'owner', row.owner)
  if (contact !== undefined) patch.contact = contactIn(contact)
  if (stakeholders !== undefined) {
    const ids: string[] = []
    for (const [at, text] of stakeholders.entries())
      ids.push(await principalIn(tx, text, `stakeholders/${at}`, ...row.stakeholders))
    patch.stakeholders = [...new Set(ids)]
  }
  await change(context, row, patch)
}
