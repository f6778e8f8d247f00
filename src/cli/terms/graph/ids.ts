/** Our ids and those that Graph has given in their place: the file `.relata/ids.json` of a folder. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Doc, type GroupDoc, isRef, type NodeDoc, type Ref, type SetDoc } from '#exchange/document.ts'

export interface IdMap {
  /** Ours → theirs. */
  readonly given: Map<string, string>
  save(): Promise<void>
}

/** `folder` undefined: nothing is kept, and terms are found by their paths. */
export async function idsIn(folder: string | undefined): Promise<IdMap> {
  if (folder === undefined) return { given: new Map(), save: async () => undefined }
  const file = join(folder, '.relata', 'ids.json')
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const given = new Map(Object.entries(JSON.parse(text) as Record<string, string>))
  return {
    given,
    save: async () => {
      await mkdir(join(folder, '.relata'), { recursive: true })
      const sorted = Object.fromEntries([...given].sort(([a], [b]) => (a < b ? -1 : 1)))
      await writeFile(file, `${JSON.stringify(sorted, undefined, 2)}\n`)
    },
  }
}

/** The document with other ids; one that `to` does not know stays where it is a reference, and is left out elsewhere. */
export function withIds(doc: Doc, to: (id: string) => string | undefined): Doc {
  const own = ({ id }: { readonly id?: string }): { id?: string } => {
    const other = id === undefined ? undefined : to(id.toLowerCase())
    return other === undefined ? {} : { id: other }
  }
  const ref = (given: Ref): Ref => ('id' in given ? { id: to(given.id.toLowerCase()) ?? given.id } : given)
  const node = (given: NodeDoc): NodeDoc => {
    const { term } = given
    if (isRef(term)) return { ...given, term: ref(term), children: given.children.map(node) }
    const { id: _, ...others } = term
    return { ...given, term: { ...others, ...own(term) }, children: given.children.map(node) }
  }
  const set = ({ id, ...others }: SetDoc): SetDoc => ({
    ...others,
    ...own(id === undefined ? {} : { id }),
    children: others.children.map(node),
  })
  const group = ({ id, ...others }: GroupDoc): GroupDoc => ({
    ...others,
    ...own(id === undefined ? {} : { id }),
    sets: others.sets.map(set),
  })
  const { elsewhere } = doc
  return { ...doc, groups: doc.groups.map(group), ...(elsewhere ? { elsewhere: elsewhere.map(group) } : {}) }
}
