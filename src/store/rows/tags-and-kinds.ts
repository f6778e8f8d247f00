/** What the store writes into rows by itself: a fresh entity tag with each change, and the kind of a derived type. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import type { AnyRow } from '#edm/infer.ts'
import { kindKey, tagKey } from '#edm/model.ts'
import type { TableFacts } from '../schema/layout.ts'
import type { RowAccess } from './row-access.ts'
import { missing, type Steps } from './statement.ts'

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/**
 * Tags as Graph's samples have them: the base64 of a quoted text whose last group is the time in seconds (gdap.md §1.2).
 * The first group counts on from a random number, so one process never gives a tag twice, wherever its clock is moved.
 */
export function tagsOn(clock: Clock): () => string {
  let count = randomBytes(4).readUInt32BE()
  const process = randomBytes(1).toString('hex')
  return () => {
    count = (count + 1) >>> 0
    const seconds = hex(Math.max(0, Math.floor(clock.now().getTime() / 1000)), 8)
    return Buffer.from(`'"${hex(count, 8)}-0000-${process}00-0000-${seconds}0000"'`).toString('base64')
  }
}

/** The rows of derived types only, by the table of their base. */
function ofKinds(access: RowAccess, kinds: readonly string[], name: string): RowAccess {
  const isOurs = (row: AnyRow | undefined): row is AnyRow => row !== undefined && kinds.includes(row[kindKey] as string)
  function* check(tenantNo: number, id: string): Steps<void> {
    if (!isOurs(yield* access.get(tenantNo, id))) throw missing()
  }
  function* get(tenantNo: number, id: string): Steps<AnyRow | undefined> {
    const row = yield* access.get(tenantNo, id)
    return isOurs(row) ? row : undefined
  }
  return {
    get,
    *find(tenantNo, where, limit) {
      const rows = (yield* access.find(tenantNo, where, undefined)).filter(isOurs)
      return limit === undefined ? rows : rows.slice(0, limit)
    },
    *has(tenantNo, where) {
      return (yield* access.find(tenantNo, where, undefined)).some(isOurs)
    },
    *findByElement(tenantNo, key, anyOf, limit) {
      const ids: string[] = []
      for (const id of yield* access.findByElement(tenantNo, key, anyOf, undefined))
        if (isOurs(yield* access.get(tenantNo, id))) ids.push(id)
      return limit === undefined ? ids : ids.slice(0, limit)
    },
    insert: (tenantNo, draft) => access.insert(tenantNo, { [kindKey]: name, ...draft }),
    *update(tenantNo, id, patch) {
      yield* check(tenantNo, id)
      yield* access.update(tenantNo, id, patch)
    },
    *add(tenantNo, id, amounts) {
      yield* check(tenantNo, id)
      yield* access.add(tenantNo, id, amounts)
    },
    *remove(tenantNo, id) {
      yield* check(tenantNo, id)
      yield* access.remove(tenantNo, id)
    },
  }
}

function tagging(access: RowAccess, mint: () => string): RowAccess {
  return {
    ...access,
    insert: (tenantNo, draft) => access.insert(tenantNo, { ...draft, [tagKey]: mint() }),
    update: (tenantNo, id, patch) => access.update(tenantNo, id, { ...patch, [tagKey]: mint() }),
    *add(tenantNo, id, amounts) {
      yield* access.add(tenantNo, id, amounts)
      yield* access.update(tenantNo, id, { [tagKey]: mint() })
    },
  }
}

/** Access as it is for types without a tag that are nobody's derived type. */
export function markedAccess(access: RowAccess, facts: TableFacts, mint: () => string): RowAccess {
  const tagged = facts.tagged ? tagging(access, mint) : access
  return facts.kinds === undefined ? tagged : ofKinds(tagged, facts.kinds, facts.type.name)
}
