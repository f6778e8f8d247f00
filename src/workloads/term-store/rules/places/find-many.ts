/** Rows for many keys by few statements: where the database answers over a connection, each costs a round trip. */
import type { EntityType } from '#edm/define.ts'
import type { KeysOf, RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'

/** How many keys one statement is asked with. */
const atOnce = 400

/** Rows for many keys, so many at once that statements are few; each statement has the same text. */
export async function findMany<E extends EntityType>(
  tx: ReadTx,
  type: E,
  keys: readonly string[],
  where: (key: string) => KeysOf<E>,
): Promise<RowOf<E>[]> {
  const found: RowOf<E>[] = []
  const wanted = [...new Set(keys)]
  for (let at = 0; at < wanted.length; at += atOnce) {
    const some = wanted.slice(at, at + atOnce)
    const last = some.at(-1) as string
    const size = some.length > 20 ? atOnce : some.length
    found.push(
      ...(await tx.find(
        type,
        Array.from({ length: size }, (_, place) => where(some[place] ?? last)),
      )),
    )
  }
  return found
}
