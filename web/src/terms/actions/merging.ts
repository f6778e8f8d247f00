/** What a merge of two terms has to choose: the server keeps the description of the one that stays, and refuses like children. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { key } from '../../data/keys.ts'
import { graph, type RequestPlan } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import type { Term } from '../../data/types.ts'
import { type DryRun, describePlan, natural, type Target, termPath } from '../api.ts'
import type { TreeNode } from '../rows.ts'

export interface Description {
  readonly languageTag: string
  readonly description: string
}

/** Both terms have a description in the language, and not the same. */
export interface Difference {
  readonly languageTag: string
  readonly kept: string
  readonly other: string
}

/** Of two terms that are to be merged. */
export interface Described {
  /** Of the one that stays. */
  readonly homeSetId: string
  readonly staying: readonly Description[]
  readonly going: readonly Description[]
}

type DescribedTerm = Term & { readonly '@relata.occurrence'?: { readonly homeSetId: string } }

function descriptionPlan(setId: string, termId: string): RequestPlan<DescribedTerm> {
  return graph('GET', termPath(setId, termId), { query: { $select: 'id,descriptions' }, headers: natural })
}

function descriptionsOf({ descriptions = [] }: Term): Description[] {
  return descriptions.map((one) => ({ languageTag: one.languageTag ?? '', description: one.description ?? '' }))
}

export function differencesOf({ staying, going }: Described): readonly Difference[] {
  return staying.flatMap(({ languageTag, description }) => {
    const other = going.find((one) => one.languageTag === languageTag)?.description
    return other === undefined || other === description || other === ''
      ? []
      : [{ languageTag, kept: description, other }]
  })
}

/** All descriptions after the merge, where those in `taken` are the ones of the term that goes. */
export function mergedDescriptions({ staying, going }: Described, taken: ReadonlySet<string>): Description[] {
  const of = (list: readonly Description[], tag: string): Description | undefined =>
    list.find(({ languageTag }) => languageTag === tag)
  const tags = new Set([...staying, ...going].map(({ languageTag }) => languageTag))
  return [...tags].flatMap((tag) => (taken.has(tag) ? of(going, tag) : (of(staying, tag) ?? of(going, tag))) ?? [])
}

/** Undefined: not known yet, or more than two terms, or no merge. */
function useDescribed(node: TreeNode | undefined, target: Target | undefined): Described | undefined {
  const termId = target?.termId
  const { data } = useQuery({
    queryKey: key('rows', 'descriptions', node?.key, target?.setId, termId),
    queryFn: async ({ signal }): Promise<Described> => {
      const [going, staying] = await Promise.all([
        ask(descriptionPlan(node?.setId ?? '', node?.id ?? ''), { signal }),
        ask(descriptionPlan(target?.setId ?? '', termId ?? ''), { signal }),
      ])
      return {
        homeSetId: staying['@relata.occurrence']?.homeSetId ?? target?.setId ?? '',
        staying: descriptionsOf(staying),
        going: descriptionsOf(going),
      }
    },
    enabled: node !== undefined && termId !== undefined,
    staleTime: 0,
    gcTime: 0,
  })
  return data
}

export interface Merging {
  readonly differences: readonly Difference[]
  /** Languages whose description is taken over. */
  readonly taken: ReadonlySet<string>
  readonly take: (languageTag: string, isTaken: boolean) => void
  readonly mergesChildren: boolean
  readonly setMergesChildren: (merges: boolean) => void
  /** Another term stays. */
  readonly reset: () => void
  /** What the term that stays is given besides; undefined: nothing. */
  readonly describe: RequestPlan | undefined
}

const none: ReadonlySet<string> = new Set()

/** `node`: of a merge of one; undefined: there is nothing to choose. */
export function useMerging(node: TreeNode | undefined, target: Target | undefined): Merging {
  const [taken, setTaken] = useState(none)
  const [mergesChildren, setMergesChildren] = useState(false)
  const described = useDescribed(node, target)
  const differences = described === undefined ? [] : differencesOf(described)
  const isTaken = differences.some(({ languageTag }) => taken.has(languageTag))
  return {
    differences,
    taken,
    take: (languageTag, takes) =>
      setTaken((now) => new Set([...[...now].filter((one) => one !== languageTag), ...(takes ? [languageTag] : [])])),
    mergesChildren,
    setMergesChildren,
    reset: () => {
      setTaken(none)
      setMergesChildren(false)
    },
    describe:
      isTaken && described !== undefined && target?.termId !== undefined
        ? describePlan(described.homeSetId, target.termId, mergedDescriptions(described, taken))
        : undefined,
  }
}

/** A merge is refused because children have the same label, which can be merged as well. */
export function isOfLikeChildren({ target }: DryRun['refusals'][number]): boolean {
  return target === 'onChildClash'
}
