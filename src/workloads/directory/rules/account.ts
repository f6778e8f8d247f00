/** Whether an account may act: roles count for people whom the directory knows and lets sign in (docs/access.md). */
import type { ReadTx } from '#edm/ports.ts'
import { user } from '../people.ts'

export async function isEnabled(tx: ReadTx, userId: string | undefined): Promise<boolean> {
  return userId !== undefined && (await tx.get(user, userId))?.accountEnabled === true
}
