/**
 * The slow model the rules are compared with: plain lists, a list of jobs looked through for the earliest one, and
 * if-statements. Written from gdap.md §2.4, §3, §4.3 and §5.1 alone, without the tables of the rules.
 */
export class Refused extends Error {
  readonly kind: string
  constructor(kind: string) {
    super(kind)
    this.kind = kind
  }
}

const hour = 3_600_000
export const day = 24 * hour
const ga = '62e90394-69f5-4237-9190-012177145e10'

export interface Latency {
  readonly activation: number
  readonly termination: number
  readonly expiry: number
  readonly assignment: number
  readonly removal: number
  readonly operation: number
  readonly request: number
}

export interface Rel {
  readonly id: string
  name: string
  customer: string | null
  days: number
  extends: boolean
  roles: string[]
  status: string
  /** Undefined: no reseller has to agree. */
  consent: boolean | undefined
  created: number
  modified: number
  locked: number
  activated: number | null
  end: number | null
}
export interface Grant {
  readonly id: string
  readonly rel: string
  readonly group: string
  roles: string[]
  status: string
}
export interface Job {
  readonly id: string
  readonly rel: string
  /** Undefined: the relationship. */
  readonly grant: string | undefined
  readonly roles: string[]
  status: string
}
export interface Wish {
  readonly id: string
  readonly rel: string
  readonly action: string
  status: string
}
export interface Edit {
  readonly name?: string
  readonly customer?: string | null
  readonly days?: number
  readonly extends?: boolean
  readonly roles?: string[]
}

interface Timer {
  readonly at: number
  readonly number: number
  readonly fire: () => void
}

const same = (left: readonly string[], right: readonly string[]) =>
  left.length === right.length && left.every((role) => right.includes(role))
const isLive = (status: string) => status === 'pending' || status === 'active' || status === 'deleting'
const isOpen = (status: string) => status === 'notStarted' || status === 'running'
const must = (holds: boolean, kind: string): void => {
  if (!holds) throw new Refused(kind)
}

export class Reference {
  now: number
  readonly latency: Latency
  rels: Rel[] = []
  grants: Grant[] = []
  jobs: Job[] = []
  wishes: Wish[] = []
  /** Events in the order they happen: instant, name, subject. */
  readonly events: string[] = []
  #timers: Timer[] = []
  #number = 0

  constructor(now: number, latency: Latency) {
    this.now = now
    this.latency = latency
  }

  rel(id: string): Rel | undefined {
    return this.rels.find((entry) => entry.id === id)
  }

  customers(): string[] {
    const listed = ['active', 'terminationRequested', 'terminating', 'expiring']
    return [
      ...new Set(this.rels.flatMap(({ status, customer }) => (listed.includes(status) && customer ? [customer] : []))),
    ]
  }

  advanceTo(until: number): void {
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until)
      const first = due.sort((one, other) => one.at - other.at || one.number - other.number)[0]
      if (first === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== first)
      this.now = Math.max(this.now, first.at)
      first.fire()
    }
    this.now = until
  }

  #later(millis: number, fire: () => void): void {
    this.#timers.push({ at: this.now + millis, number: ++this.#number, fire })
  }

  #tell(name: string, subject: string): void {
    this.events.push(`${new Date(this.now).toISOString()} ${name} ${subject}`)
  }

  #taken(name: string, except?: Rel): boolean {
    return this.rels.some((rel) => rel !== except && rel.name.toLowerCase() === name.toLowerCase())
  }

  check(edit: Required<Omit<Edit, 'customer'>>): void {
    must(edit.roles.length > 0 && !(edit.extends && edit.roles.includes(ga)), 'invalid')
    must(!this.#taken(edit.name), 'conflict')
  }

  add(id: string, facts: Required<Edit>, consent?: boolean): void {
    const common = { status: 'created', consent, created: this.now, modified: this.now, locked: 0 }
    this.rels.push({ id, ...facts, ...common, activated: null, end: null })
  }

  /** Id of the operation the real thing has made; asked for only where there is one. */
  patch(rel: Rel, edit: Edit, operationId: () => string): void {
    must(rel.status === 'created' || rel.status === 'active', 'notAllowed')
    if (rel.status === 'created') this.#edit(rel, edit)
    else this.#adjust(rel, edit, operationId)
  }

  #edit(rel: Rel, edit: Edit): void {
    const after = { ...rel, ...edit }
    must(after.roles.length > 0 && !(after.extends && after.roles.includes(ga)), 'invalid')
    must(after.name === rel.name || !this.#taken(after.name, rel), 'conflict')
    const isChanged = JSON.stringify(after) !== JSON.stringify(rel)
    Object.assign(rel, edit)
    if (isChanged) rel.modified = this.now
  }

  #adjust(rel: Rel, edit: Edit, operationId: () => string): void {
    // What is sent as it is counts as absent.
    const frozen =
      (edit.name ?? rel.name) !== rel.name ||
      (edit.days ?? rel.days) !== rel.days ||
      (edit.customer === undefined ? rel.customer : edit.customer) !== rel.customer
    must(!frozen && !(edit.extends === true && rel.roles.includes(ga)), 'invalid')
    const { roles = rel.roles } = edit
    const isFewer =
      rel.roles.includes(ga) &&
      same(
        roles,
        rel.roles.filter((role) => role !== ga),
      )
    must(roles.length > 0 && (same(roles, rel.roles) || isFewer), 'invalid')
    if (isFewer) {
      must(!this.jobs.some((job) => job.rel === rel.id && job.grant === undefined && isOpen(job.status)), 'conflict')
      this.#start({ id: operationId(), rel: rel.id, grant: undefined, roles, status: 'notStarted' })
    }
    if (edit.extends === undefined || edit.extends === rel.extends) return
    rel.extends = edit.extends
    rel.modified = this.now
  }

  remove(rel: Rel): void {
    must(rel.status === 'created', 'notAllowed')
    this.#forget(rel)
  }

  #forget(rel: Rel): void {
    this.rels = this.rels.filter((entry) => entry !== rel)
    this.grants = this.grants.filter((entry) => entry.rel !== rel.id)
    this.jobs = this.jobs.filter((entry) => entry.rel !== rel.id)
    this.wishes = this.wishes.filter((entry) => entry.rel !== rel.id)
  }

  mayAsk(rel: Rel, action: string): void {
    if (action === 'approve' || action === 'reject') {
      must(rel.consent !== undefined, 'invalid')
      must(rel.status === 'approvalPending' && rel.consent === true, 'notAllowed')
    }
    if (action === 'lockForApproval') must(rel.status === 'created', 'notAllowed')
    if (action === 'terminate') must(rel.status === 'active', 'notAllowed')
  }

  ask(id: string, rel: Rel, action: string): void {
    const wish: Wish = { id, rel: rel.id, action, status: 'created' }
    this.wishes.push(wish)
    this.#later(this.latency.request / 2, () => {
      if (!this.wishes.includes(wish)) return
      wish.status = 'pending'
      this.#later(this.latency.request / 2, () => {
        if (this.wishes.includes(wish)) this.#grantWish(rel, wish)
      })
    })
  }

  #grantWish(rel: Rel, wish: Wish): void {
    try {
      this.mayAsk(rel, wish.action)
    } catch {
      wish.status = 'failed'
      return
    }
    wish.status = 'succeeded'
    rel.modified = this.now
    if (wish.action === 'lockForApproval') this.#lock(rel)
    if (wish.action === 'terminate') this.#terminate(rel)
    if (wish.action === 'approve') rel.consent = false
    if (wish.action === 'reject') {
      rel.consent = false
      this.#end(rel, 'terminated')
    }
  }

  #lock(rel: Rel): void {
    rel.status = 'approvalPending'
    rel.locked = this.now
    this.#later(90 * day, () => {
      if (this.rels.includes(rel) && rel.status === 'approvalPending') this.#forget(rel)
    })
  }

  answer(rel: Rel, action: string, customer: string): void {
    must(rel.customer === null || rel.customer === customer, 'forbidden')
    must(rel.status === (action === 'terminate' ? 'active' : 'approvalPending'), 'notAllowed')
    if (action !== 'terminate') must(rel.consent !== true, 'notAllowed')
    rel.customer = customer
    rel.modified = this.now
    if (action === 'approve') this.#approve(rel)
    if (action === 'reject') this.#end(rel, 'terminated')
    if (action === 'terminate') this.#terminate(rel)
  }

  #approve(rel: Rel): void {
    rel.status = 'approved'
    this.#tell('granular-admin-relationship-approved', rel.id)
    this.#later(this.latency.activation / 2, () => {
      this.#pass(rel, 'activating')
      this.#later(this.latency.activation / 2, () => {
        this.#pass(rel, 'active')
        rel.activated = this.now
        rel.end = this.now + rel.days * day
        this.#tell('granular-admin-relationship-activated', rel.id)
        this.#watchEnd(rel)
      })
    })
  }

  #pass(rel: Rel, status: string): void {
    rel.status = status
    rel.modified = this.now
  }

  #watchEnd(rel: Rel): void {
    const end = rel.end as number
    const isStill = () => this.rels.includes(rel) && rel.status === 'active' && rel.end === end
    for (const days of [30, 7, 1]) {
      const before = end - days * day - this.now
      if (before <= 0) continue
      this.#later(before, () => {
        if (isStill()) this.#tell(`relata.granular-admin-relationship-ends-in-${days}-days`, rel.id)
      })
    }
    this.#later(end - this.now, () => {
      if (!isStill()) return
      if (rel.extends) {
        rel.end = end + 180 * day
        rel.modified = this.now
        this.#watchEnd(rel)
        return
      }
      this.#pass(rel, 'expiring')
      this.#later(this.latency.expiry, () => this.#end(rel, 'expired'))
    })
  }

  #terminate(rel: Rel): void {
    this.#pass(rel, 'terminationRequested')
    this.#later(this.latency.termination / 2, () => {
      this.#pass(rel, 'terminating')
      this.#later(this.latency.termination / 2, () => this.#end(rel, 'terminated'))
    })
  }

  #end(rel: Rel, status: 'terminated' | 'expired'): void {
    this.#pass(rel, status)
    rel.end = this.now
    this.#tell(`granular-admin-relationship-${status}`, rel.id)
    for (const grant of this.grants) if (grant.rel === rel.id && isLive(grant.status)) this.#gone(grant)
    for (const job of this.jobs) if (job.rel === rel.id && isOpen(job.status)) job.status = 'failed'
    this.#later(365 * day, () => this.#forget(rel))
  }

  mayAssign(rel: Rel, group: string, roles: readonly string[]): void {
    must(rel.status === 'active', 'notAllowed')
    must(roles.length > 0 && roles.every((role) => rel.roles.includes(role)), 'invalid')
    must(
      !this.grants.some((grant) => grant.rel === rel.id && grant.group === group && isLive(grant.status)),
      'conflict',
    )
  }

  assign(id: string, rel: Rel, group: string, roles: string[]): void {
    const grant: Grant = { id, rel: rel.id, group, roles, status: 'pending' }
    this.grants.push(grant)
    this.#tellOf(grant, 'created')
    this.#later(this.latency.assignment, () => {
      if (!this.grants.includes(grant) || grant.status !== 'pending') return
      grant.status = 'active'
      this.#tellOf(grant, 'activated')
    })
  }

  #tellOf(grant: Grant, what: string): void {
    this.#tell(`granular-admin-access-assignment-${what}`, `${grant.rel}/${grant.id}`)
  }

  #mayChange(rel: Rel, grant: Grant): void {
    must(rel.status === 'active', 'notAllowed')
    must(grant.status !== 'pending' && grant.status !== 'error', 'notAllowed')
    must(grant.status === 'active', 'conflict')
  }

  change(rel: Rel, grant: Grant, roles: string[], operationId: () => string): void {
    this.#mayChange(rel, grant)
    must(roles.length > 0 && roles.every((role) => rel.roles.includes(role)), 'invalid')
    if (same(roles, grant.roles)) return
    must(!this.jobs.some((job) => job.grant === grant.id && isOpen(job.status)), 'conflict')
    this.#start({ id: operationId(), rel: rel.id, grant: grant.id, roles, status: 'notStarted' })
  }

  unassign(rel: Rel, grant: Grant): void {
    this.#mayChange(rel, grant)
    this.#leave(grant)
  }

  #leave(grant: Grant): void {
    grant.status = 'deleting'
    this.#later(this.latency.removal, () => {
      if (this.grants.includes(grant) && grant.status === 'deleting') this.#gone(grant)
    })
  }

  #gone(grant: Grant): void {
    grant.status = 'deleted'
    this.#tellOf(grant, 'deleted')
  }

  #start(job: Job): void {
    this.jobs.push(job)
    this.#later(this.latency.operation / 2, () => {
      if (!isOpen(job.status)) return
      job.status = 'running'
      this.#later(this.latency.operation / 2, () => {
        if (isOpen(job.status)) this.#finish(job)
      })
    })
  }

  #finish(job: Job): void {
    const rel = this.rel(job.rel) as Rel
    job.status = 'failed'
    if (rel.status !== 'active') return
    if (job.grant === undefined) {
      this.#drop(rel, job)
      job.status = 'succeeded'
      return
    }
    const grant = this.grants.find(({ id }) => id === job.grant)
    if (grant?.status !== 'active' || !job.roles.every((role) => rel.roles.includes(role))) return
    grant.roles = job.roles
    this.#tellOf(grant, 'updated')
    job.status = 'succeeded'
  }

  #drop(rel: Rel, job: Job): void {
    rel.roles = job.roles
    rel.modified = this.now
    for (const grant of this.grants) {
      if (grant.rel !== rel.id || !grant.roles.includes(ga)) continue
      if (grant.status !== 'active' && grant.status !== 'pending') continue
      const left = grant.roles.filter((role) => role !== ga)
      if (left.length === 0) {
        this.#leave(grant)
        continue
      }
      grant.roles = left
      this.#tellOf(grant, 'updated')
    }
  }
}
