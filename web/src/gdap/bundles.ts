/**
 * Sets of roles to begin with: the server's templates (events.md §7.3), which `relata gdap` has too. Lighthouse's support roles, CIPP's
 * defaults, those of new customers, the least privilege for a task.
 */
import { useMemo } from 'react'
import { control } from '../data/plan.ts'
import { reading, useRead } from '../data/query.ts'
import { maybeText } from '../i18n/t.ts'
import type { Group } from './api.ts'

export interface PackRole {
  readonly id: string
  readonly name: string
}

interface Packs {
  readonly packs: readonly {
    readonly name: string
    readonly templates: readonly { readonly name: string; readonly roles: readonly PackRole[] }[]
  }[]
}

export interface Bundle {
  /** Pack and template. */
  readonly id: string
  readonly pack: string
  readonly name: string
  readonly roles: readonly PackRole[]
}

const none: readonly Bundle[] = []
const templatesPlan = control<Packs>('GET', '/gdap/templates')
/** They are part of the server. */
export const bundlesReading = () =>
  reading('roles', ['templates'], templatesPlan, { staleTime: Number.POSITIVE_INFINITY })

export function bundlesIn({ packs }: Packs): readonly Bundle[] {
  return packs.flatMap((pack) =>
    pack.templates.map(({ name, roles }) => ({ id: `${pack.name}.${name}`, pack: pack.name, name, roles })),
  )
}

/** Empty until they are read. */
export function useBundles(): readonly Bundle[] {
  const { data } = useRead('roles', ['templates'], templatesPlan, { staleTime: Number.POSITIVE_INFINITY })
  return useMemo(() => (data === undefined ? none : bundlesIn(data)), [data])
}

export function bundleName({ id, name }: Bundle): string {
  return maybeText(`gdap.bundle.${id}`) ?? name
}

export function packName(pack: string): string {
  return maybeText(`gdap.pack.${pack}`) ?? pack
}

/** The group of a role as CIPP names it: `M365 GDAP Helpdesk Administrator`. */
export function groupOfRole(role: string): string {
  return `M365 GDAP ${role}`
}

/** Groups that are named for a role: the roles of each. */
export function mappedGroups(
  roles: readonly { readonly id: string; readonly name: string }[],
  groups: readonly Group[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    roles.flatMap(({ id, name }) => {
      const wanted = groupOfRole(name).toLowerCase()
      const group = groups.find(({ displayName }) => displayName.toLowerCase() === wanted)
      return group === undefined ? [] : [[group.id, [id]] as const]
    }),
  )
}
