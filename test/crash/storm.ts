/**
 * Many clients that write at once until the server dies under them. Each keeps branches of its own and knows, for
 * each, the state that was acknowledged last and the state asked for since: what is found later must be one of them.
 */
import { labels } from '../_support/taxonomy.ts'
import { need, type Reply, type Send, TS } from './built-server.ts'

/** Parents by place in the list: a top, two children, a chain of two below the first. */
export const parents: readonly (number | undefined)[] = [undefined, 0, 0, 1, 3]

/** What one branch of terms is to the outside. */
export interface State {
  /** How many of its terms are there: they are made one after another, each below one that is there. */
  readonly terms: number
  /** Set in which its terms stand: where they were made, or that of the orphans. */
  readonly home: string | undefined
  readonly reusedIn: string | undefined
  readonly pinnedIn: string | undefined
}

export interface Branch {
  readonly name: string
  /** Ids of the terms; of one whose answer never came, the id is not known. */
  readonly ids: (string | undefined)[]
  now: State
  /** Asked for, not answered. */
  next: State | undefined
}

export const nothing: State = { terms: 0, home: undefined, reusedIn: undefined, pinnedIn: undefined }

/** Name of a term of a branch, unique everywhere. */
export const labelOf = (branch: Branch, at: number): string => `${branch.name} ${at}`

export interface Places {
  readonly homes: readonly string[]
  readonly reuseTargets: readonly string[]
  readonly pinTargets: readonly string[]
  readonly orphans: string
}

export type Kind = 'create' | 'reuse' | 'pin' | 'deleteTerm' | 'deleteRelation'

export interface Storm {
  readonly acknowledged: Readonly<Record<Kind, number>>
  /** Requests that were under way when the server died. */
  readonly open: number
}

/** The same numbers for the same seed, so that clients differ but a run can be had again. */
const chanceFrom = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const pick = <T>(list: readonly T[], at: number): T => {
  const found = list[at % list.length]
  if (found === undefined) throw new Error('an empty list')
  return found
}

interface Step {
  readonly kind: Kind
  readonly next: State
  readonly status: number
  send(): Promise<Reply<{ readonly id: string }>>
}

/** An orphan goes with its last use. */
const settled = (state: State, orphans: string): State =>
  state.home === orphans && state.reusedIn === undefined && state.pinnedIn === undefined ? nothing : state

const createStep = (send: Send, branch: Branch, home: string): Step => {
  const at = branch.now.terms
  const parent = parents[at]
  const path = parent === undefined ? '' : `/terms/${branch.ids[parent]}`
  return {
    kind: 'create',
    next: { ...branch.now, terms: at + 1, home },
    status: 201,
    send: () => send('POST', `${TS}/sets/${home}${path}/children`, { labels: labels(labelOf(branch, at)) }),
  }
}

const shareStep = (send: Send, branch: Branch, kind: 'reuse' | 'pin', target: string): Step => ({
  kind,
  next: { ...branch.now, [kind === 'reuse' ? 'reusedIn' : 'pinnedIn']: target },
  status: 201,
  send: () =>
    send('POST', `${TS}/sets/${branch.now.home}/terms/${branch.ids[0]}/relations`, {
      relationship: kind,
      set: { id: target },
    }),
})

const unshareStep = (send: Send, branch: Branch, share: 'reusedIn' | 'pinnedIn', orphans: string): Step => ({
  kind: 'deleteRelation',
  next: settled({ ...branch.now, [share]: undefined }, orphans),
  status: 204,
  send: () => send('DELETE', `${TS}/sets/${branch.now[share]}/terms/${branch.ids[0]}`),
})

/** All terms of the branch leave their set: into that of the orphans when they are used elsewhere. */
const removeStep = (send: Send, branch: Branch, orphans: string): Step => ({
  kind: 'deleteTerm',
  next: settled({ ...branch.now, home: orphans }, orphans),
  status: 204,
  send: () => send('DELETE', `${TS}/sets/${branch.now.home}/terms/${branch.ids[0]}`),
})

/** What the client does next with one of its whole branches; undefined: leave it as it is. */
const changeOf = (send: Send, branch: Branch, places: Places, chance: (below: number) => number): Step | undefined => {
  const { now } = branch
  const free = now.home !== places.orphans
  switch (chance(5)) {
    case 0:
    case 1:
      return free && now.reusedIn === undefined
        ? shareStep(send, branch, 'reuse', pick(places.reuseTargets, chance(1_000)))
        : undefined
    case 2:
      return free && now.pinnedIn === undefined
        ? shareStep(send, branch, 'pin', pick(places.pinTargets, chance(1_000)))
        : undefined
    case 3: {
      const share = now.reusedIn === undefined ? 'pinnedIn' : 'reusedIn'
      return now[share] === undefined ? undefined : unshareStep(send, branch, share, places.orphans)
    }
    default:
      return free && chance(2) === 0 ? removeStep(send, branch, places.orphans) : undefined
  }
}

export interface Client {
  readonly name: string
  readonly branches: Branch[]
}

export interface StormPlan {
  readonly send: Send
  readonly clients: readonly Client[]
  readonly places: Places
  readonly seed: number
  /** Told of each request as it leaves: it has no answer yet. */
  onAsk(): void
  /** Told of each acknowledged answer, with the number of them. */
  onAnswer(kind: Kind, count: number): void
  /** Whether the server has been killed. */
  isDead(): boolean
}

/** Lets all clients write until the server is dead. Throws when a request fails before, or is refused. */
export const storm = async ({ send, clients, places, seed, onAsk, onAnswer, isDead }: StormPlan): Promise<Storm> => {
  const acknowledged = { create: 0, reuse: 0, pin: 0, deleteTerm: 0, deleteRelation: 0 }
  let total = 0
  let open = 0

  /** False when the server was dead before it could answer. */
  const take = async (branch: Branch, { kind, next, status, send: ask }: Step): Promise<boolean> => {
    branch.next = next
    let reply: Awaited<ReturnType<Step['send']>>
    try {
      const asked = ask()
      if (!isDead()) onAsk()
      reply = await asked
    } catch (error) {
      if (!isDead()) throw error
      open += 1
      return false
    }
    const made = need(status, reply)
    if (kind === 'create') branch.ids.push(made.id)
    branch.now = next
    branch.next = undefined
    acknowledged[kind] += 1
    total += 1
    if (!isDead()) onAnswer(kind, total)
    return true
  }

  const write = async ({ name, branches }: Client, number: number): Promise<void> => {
    const chance = chanceFrom(seed * 1_000 + number)
    const home = pick(places.homes, number)
    while (!isDead()) {
      const branch: Branch = { name: `${name}.${branches.length}`, ids: [], now: nothing, next: undefined }
      branches.push(branch)
      while (!isDead() && branch.now.terms < parents.length) await take(branch, createStep(send, branch, home))
      const shared = pick(['reuse', 'reuse', 'pin'] as const, chance(3))
      const targets = shared === 'reuse' ? places.reuseTargets : places.pinTargets
      if (!isDead()) await take(branch, shareStep(send, branch, shared, pick(targets, chance(1_000))))
      for (let turn = 0; turn < 4 && !isDead(); turn += 1) {
        const whole = branches.filter(({ now, next }) => next === undefined && now.terms === parents.length)
        if (whole.length === 0) break
        const old = pick(whole, chance(1_000))
        const step = changeOf(send, old, places, chance)
        if (step !== undefined) await take(old, step)
      }
    }
  }
  await Promise.all(clients.map(write))
  return { acknowledged, open }
}
