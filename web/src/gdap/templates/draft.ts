/**
 * Which templates, with which groups and terms, for which customers: in the address as far as it is short, the rest in this tab.
 * Pure but for that.
 */
import { useMemo, useState } from 'react'
import { currentSession } from '../../data/session.ts'
import type { TextKey } from '../../i18n/t.ts'
import { keep, kept } from '../../kit/kept.ts'
import { useView, type View } from '../../kit/view.ts'
import { type Bundle, groupOfRole } from '../bundles.ts'

export const groupKinds = ['alone', 'named', 'own'] as const
/** Groups are left alone; each role has a group named for it; the groups that are chosen for each role. */
export type GroupKind = (typeof groupKinds)[number]

export interface KnownCustomer {
  /** In lower case. */
  readonly id: string
  readonly name: string
}

export interface Draft {
  /** Ids of bundles: pack and template. */
  readonly templates: readonly string[]
  readonly groups: GroupKind
  /** Ids of groups by the id of the role. */
  readonly own: Readonly<Record<string, readonly string[]>>
  /** As it was typed. */
  readonly days: string
  readonly isExtended: boolean
  /** Sent to the customer once it is made. */
  readonly isSent: boolean
  readonly asksAgain: boolean
  /** Ids of tenants. */
  readonly customers: 'all' | readonly string[]
  /** That no list has. */
  readonly added: readonly KnownCustomer[]
}

export const usualDays = '730'
const mostDays = 730
/** So many ids fit into an address. */
const mostInAddress = 20

interface Kept {
  readonly own: Draft['own']
  readonly chosen: readonly string[]
  readonly added: readonly KnownCustomer[]
}

const nothingKept: Kept = { own: {}, chosen: [], added: [] }

const addressNames = ['templates', 'groups', 'days', 'extend', 'send', 'ask', 'customers'] as const

function listIn(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(',')
}

export function draftIn(view: View, { own, chosen, added }: Kept): Draft {
  const customers = view['customers']
  return {
    templates: listIn(view['templates']),
    groups: groupKinds.find((kind) => kind === view['groups']) ?? 'alone',
    own,
    days: view['days'] ?? usualDays,
    isExtended: view['extend'] !== 'off',
    isSent: view['send'] !== 'off',
    asksAgain: view['ask'] === 'on',
    customers: customers === 'all' ? 'all' : customers === 'chosen' ? chosen : listIn(customers),
    added,
  }
}

/** What is as usual is not in the address. */
export function viewOf({ templates, groups, days, isExtended, isSent, asksAgain, customers }: Draft): View {
  const ids = customers === 'all' || customers.length <= mostInAddress ? customers : 'chosen'
  const listed = typeof ids === 'string' ? ids : ids.join(',')
  return {
    templates: templates.length === 0 ? undefined : templates.join(','),
    groups: groups === 'alone' ? undefined : groups,
    days: days === usualDays ? undefined : days,
    extend: isExtended ? undefined : 'off',
    send: isSent ? undefined : 'off',
    ask: asksAgain ? 'on' : undefined,
    customers: listed === '' ? undefined : listed,
  }
}

function storageKey(): string {
  const { world, acting } = currentSession()
  return `relata.gdap.draft ${world} ${acting?.tenant.id}`
}

function readKept(): Kept {
  const value = kept('tab', storageKey()) as Partial<Kept> | null
  const isList = (list: unknown): boolean => Array.isArray(list)
  if (value === null || !isList(value.chosen) || !isList(value.added) || typeof value.own !== 'object')
    return nothingKept
  return { ...nothingKept, ...value }
}

export function useDraft(): { readonly draft: Draft; readonly put: (change: Partial<Draft>) => void } {
  const { view, set } = useView()
  const [rest, setRest] = useState(readKept)
  // The same draft as long as its own part of the address is the same: a filter of the plan plans nothing anew.
  const own = JSON.stringify(Object.fromEntries(addressNames.map((name) => [name, view[name]])))
  const draft = useMemo(() => draftIn(JSON.parse(own) as View, rest), [own, rest])
  return {
    draft,
    put: (change) => {
      const next = { ...draft, ...change }
      const { own, customers, added } = next
      const kept = { own, chosen: customers === 'all' ? [] : customers, added }
      setRest(kept)
      keep('tab', storageKey(), kept)
      set(viewOf(next))
    },
  }
}

/** Those of them, in the order of the packs. */
export function chosenIn({ templates }: Pick<Draft, 'templates'>, bundles: readonly Bundle[]): readonly Bundle[] {
  return bundles.filter(({ id }) => templates.includes(id))
}

/** Of all templates, each once. */
export function rolesOf(bundles: readonly Bundle[]): Bundle['roles'] {
  return [...new Map(bundles.flatMap(({ roles }) => roles.map((role) => [role.id, role] as const))).values()]
}

interface Assigned {
  readonly group: string | { readonly id: string }
  readonly roles: readonly string[]
}

function assignOf({ groups, own }: Draft, { roles }: Bundle): readonly Assigned[] | undefined {
  if (groups === 'alone') return undefined
  if (groups === 'named') return roles.map(({ id, name }) => ({ group: groupOfRole(name), roles: [id] }))
  const byGroup = new Map<string, string[]>()
  for (const { id } of roles) for (const group of own[id] ?? []) byGroup.set(group, [...(byGroup.get(group) ?? []), id])
  return [...byGroup].map(([id, ofGroup]) => ({ group: { id }, roles: ofGroup }))
}

/** What keeps it from being planned, or undefined. */
export function faultOf(draft: Draft, bundles: readonly Bundle[]): TextKey | undefined {
  const days = Number(draft.days)
  if (bundles.length === 0) return 'templates.fault.none'
  if (!/^\d{1,3}$/.test(draft.days) || days < 1 || days > mostDays) return 'gdap.new.durationBad'
  // An empty list would take all groups away.
  if (bundles.some((bundle) => assignOf(draft, bundle)?.length === 0)) return 'templates.fault.noGroup'
  return undefined
}

/** The body of a plan, with the members of the files of docs/gdap-bulk.md. */
export function wantedOf(draft: Draft, bundles: readonly Bundle[], customers: readonly KnownCustomer[]) {
  const { groups, days, isExtended, isSent } = draft
  const news = groups === 'named' ? rolesOf(bundles).map(({ name }) => ({ name: groupOfRole(name) })) : []
  return {
    settings: {
      defaults: { duration: `P${Number(days)}D`, autoExtend: isExtended ? 'P180D' : 'PT0S', lock: isSent },
    },
    templates: bundles.map((bundle) => {
      const assign = assignOf(draft, bundle)
      const { name, roles } = bundle
      return { name, roles: roles.map(({ id }) => id), ...(assign === undefined ? {} : { assign }) }
    }),
    groups: news,
    customers: customers.flatMap(({ id, name }) =>
      bundles.map((bundle) => ({ customerTenantId: id, customerName: name, template: bundle.name })),
    ),
  }
}

export type Wanted = ReturnType<typeof wantedOf>

const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/** Lines of any form with the id of a tenant in each, such as those of a `customers.csv`; the first other cell is its name. */
export function customersInText(text: string): { readonly found: readonly KnownCustomer[]; readonly left: number } {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const found = new Map<string, KnownCustomer>()
  let left = 0
  for (const [at, line] of lines.entries()) {
    const id = guid.exec(line)?.[0].toLowerCase()
    if (id === undefined) {
      // The names of the columns.
      if (at > 0 || !/tenant/i.test(line)) left += 1
      continue
    }
    const cells = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    found.set(id, { id, name: cells.find((cell) => cell !== '' && !guid.test(cell)) ?? '' })
  }
  return { found: [...found.values()], left }
}
