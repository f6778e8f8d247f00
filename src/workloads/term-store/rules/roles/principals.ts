/** People and groups of the directory, as callers name them: by id, sign-in name or mail address (exchange.md §9.6). */
import { guidOf } from '#base/ids.ts'
import type { ReadTx } from '#edm/ports.ts'
import { directoryObject } from '../../../directory/membership.ts'
import { group, user } from '../../../directory/people.ts'
import { invalid } from '../refusals.ts'

/** The id of a user or group. Throws `invalid` for others; `kept`: texts that stay as they are, from an import. */
export async function principalIn(
  tx: ReadTx,
  text: string,
  target: string,
  ...kept: readonly (string | null)[]
): Promise<string> {
  if (kept.includes(text)) return text
  const id = guidOf(text)
  if (id !== undefined) {
    const row = await tx.get(directoryObject, id)
    if (row !== undefined) return id
  } else {
    for (const [found] of [
      await tx.find(user, { userPrincipalName: text }, 1),
      await tx.find(user, { mail: text }, 1),
      await tx.find(group, { mail: text }, 1),
    ])
      if (found !== undefined) return found.id
  }
  throw invalid(`'${text}' is no user and no group of the directory.`, target)
}
