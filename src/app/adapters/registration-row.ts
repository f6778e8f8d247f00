/** A registration as a row: mutable lists, without computed members such as `hasSecret`. */
import { bareRegistration, type Registration } from '#auth/directory/directory.ts'
import type { RowOf } from '#edm/infer.ts'
import type { application } from '#workloads/directory/types.ts'

type Kept = RowOf<typeof application>['registration']

/** Missing members get the defaults of a daemon. */
export function registrationRow(said: Partial<Registration>): Kept {
  return Object.fromEntries(
    Object.entries(bareRegistration).map(([name, usual]) => {
      const value = said[name as keyof Registration] ?? usual
      return [name, Array.isArray(value) ? [...value] : value]
    }),
  ) as Kept
}
