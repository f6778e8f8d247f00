/** What an event of the feed says of the tree. Pure. */
import type { FeedEvent } from '../../../data/invalidate.ts'
import { keyOfParent, keyOfSet, rootKey, type TreeModel } from '../../rows.ts'

export interface EventFacts {
  readonly kind: 'group' | 'set' | 'term' | 'relation' | 'other'
  readonly groupId: string | undefined
  readonly setId: string | undefined
  readonly termId: string | undefined
  readonly toTermId: string | undefined
  /** Parents by key, as they were and as they are. */
  readonly places: readonly string[]
}

const kinds = ['group', 'set', 'term', 'relation'] as const

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function factsOf({ name, data }: FeedEvent): EventFacts {
  const [, groupId, setId, termId] =
    /(?:groups\/([^/]+))|(?:sets\/([^/]+)(?:\/terms\/([^/]+))?)/.exec(data.subject ?? '') ?? []
  const kind = kinds.find((one) => name.startsWith(`relata.taxonomy.${one}-`)) ?? 'other'
  const sides = [data.data?.before, data.data?.after].filter((side) => side !== undefined)
  const member = kind === 'relation' ? 'fromTermId' : 'parentId'
  const isPlaced = (side: Record<string, unknown>): boolean => member in side || 'setId' in side
  const places = sides.filter(isPlaced).flatMap((side) => {
    const inSet = text(side['setId']) ?? setId
    return inSet === undefined ? [] : [keyOfParent(inSet, text(side[member]))]
  })
  const toTermId = sides.map((side) => text(side['toTermId'])).find((id) => id !== undefined)
  return { kind, groupId, setId, termId, toTermId, places }
}

/** `branches`: to be read again; `rows`: only these rows. A branch of more than `most` rows is not read because of a label. */
export function touched(
  { kind, setId, termId, places }: EventFacts,
  model: TreeModel,
  most: number,
): { readonly branches: readonly string[]; readonly rows: readonly string[] } {
  if (kind === 'group') return { branches: [rootKey], rows: [] }
  if (kind === 'set') {
    const groups = [...model.branches.keys()].filter((key) => key.startsWith('g:'))
    return { branches: [...groups, ...(setId === undefined ? [] : [keyOfSet(setId)])], rows: [] }
  }
  if (kind !== 'term') return { branches: places, rows: [] }
  const holders = [...model.branches].filter(([, { items }]) => items.some(({ id }) => id === termId))
  const isSmall = (count: number): boolean => places.length > 0 || count <= most
  return {
    branches: [...holders.filter(([, { items }]) => isSmall(items.length)).map(([key]) => key), ...places],
    rows: holders
      .filter(([, { items }]) => !isSmall(items.length))
      .flatMap(([, { items }]) => items.filter(({ id }) => id === termId).map(({ key }) => key)),
  }
}
