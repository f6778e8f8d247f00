/** What the partner has: its relationships with their assignments, its groups and its customers, as they were read. */

export interface FoundAssignment {
  readonly id: string
  readonly etag: string
  /** pending, active, deleting, deleted or error. */
  readonly status: string
  /** In lower case. */
  readonly groupId: string
  readonly roles: readonly string[]
  readonly createdDateTime: string
  readonly lastModifiedDateTime: string
}

export interface FoundRelationship {
  readonly id: string
  readonly etag: string
  readonly displayName: string
  readonly status: string
  /** In lower case; null: nobody is bound yet. */
  readonly customerId: string | null
  readonly customerName: string
  readonly duration: string
  readonly autoExtend: string | null
  readonly roles: readonly string[]
  readonly createdDateTime: string
  readonly lastModifiedDateTime: string
  /** Null: it never was active. */
  readonly activatedDateTime: string | null
  readonly endDateTime: string | null
  readonly assignments: readonly FoundAssignment[]
}

export interface FoundGroup {
  readonly id: string
  readonly name: string
}

export interface BulkState {
  /** Tenant of the partner, in lower case. */
  readonly partnerId: string
  /** The instant at which it was read, on the clock of the service. */
  readonly now: string
  readonly relationships: readonly FoundRelationship[]
  readonly groups: readonly FoundGroup[]
  /** Customers that the service says it does not know. */
  readonly unknownCustomers: ReadonlySet<string>
}

/** Groups by id and by name; names are compared without regard to case. */
export interface GroupFinder {
  byId(id: string): FoundGroup | undefined
  named(name: string): readonly FoundGroup[]
}

export function groupFinder(groups: readonly FoundGroup[]): GroupFinder {
  const ids = new Map(groups.map((group) => [group.id.toLowerCase(), group]))
  const names = new Map<string, FoundGroup[]>()
  for (const group of groups) {
    const key = group.name.trim().toLowerCase()
    names.set(key, [...(names.get(key) ?? []), group])
  }
  return { byId: (id) => ids.get(id.toLowerCase()), named: (name) => names.get(name.trim().toLowerCase()) ?? [] }
}

export function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const [one, other] = [new Set(left), new Set(right)]
  return one.size === other.size && [...one].every((id) => other.has(id))
}

/** Assignments that give somebody something, or are about to. */
export function isLive({ status }: FoundAssignment): boolean {
  return status === 'active' || status === 'pending'
}

/** Groups of Partner Center that no role may be given to (events.md §7.2). */
const reserved = new Set(['all users', 'adminagents', 'helpdeskagents', 'salesagents'])

export function isReserved(name: string): boolean {
  return reserved.has(name.trim().toLowerCase())
}
