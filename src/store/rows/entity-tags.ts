/** Entity tags: the store writes a new one into the row with each change. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { tagKey } from '#edm/model.ts'
import type { RowAccess } from './rows.ts'

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/**
 * Tags as Graph's samples have them: the base64 of a quoted text whose last group is the time in seconds (gdap.md §1.2).
 * The first group is a counter that starts at a random number, so a process never gives a tag twice, even if its clock is
 * set back. `counted`: the next number where tags have to be the same in each run; it goes on over copies of the database, as a
 * tag that comes again would pass for the row it was of.
 */
export function tagsOn(clock: Clock, counted: () => number | undefined = () => undefined): () => string {
  let count = randomBytes(4).readUInt32BE()
  const process = randomBytes(1).toString('hex')
  return () => {
    const given = counted()
    count = ((given ?? count + 1) & 0xffff_ffff) >>> 0
    const seconds = hex(Math.max(0, Math.floor(clock.now().getTime() / 1000)), 8)
    const group = `${given === undefined ? process : '5e'}00`
    return Buffer.from(`'"${hex(count, 8)}-0000-${group}-0000-${seconds}0000"'`).toString('base64')
  }
}

/** Rows whose tag changes with each write. */
export function withTags(access: RowAccess, mint: () => string): RowAccess {
  return {
    ...access,
    insert: (tenantNo, draft) => access.insert(tenantNo, { ...draft, [tagKey]: mint() }),
    update: (tenantNo, id, patch, before) => access.update(tenantNo, id, { ...patch, [tagKey]: mint() }, before),
    add: (tenantNo, id, amounts) => [
      ...access.add(tenantNo, id, amounts),
      ...access.update(tenantNo, id, { [tagKey]: mint() }),
    ],
  }
}
