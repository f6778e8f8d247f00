/** Connections that are made only to addresses that may be called: a host is resolved once, and each address checked (events.md §6.8). */
import { lookup as systemLookup } from 'node:dns/promises'
import { Agent, type ClientRequestArgs } from 'node:http'
import { type RequestOptions, Agent as SecureAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { createSecureContext, getCACertificates, rootCertificates } from 'node:tls'
import { mayConnect, notAllowed } from '../addresses/check-address.ts'
import type { AddressPolicy } from '../addresses/policy.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

export interface ConnectionFacts {
  readonly policy: AddressPolicy
  /** PEM of authorities that are trusted beside the usual ones. */
  readonly authorities?: readonly string[]
  /** In place of the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly ResolvedAddress[]>
  /** In place of Node's connector: gets options whose `lookup` gives the checked addresses. */
  readonly connect?: (options: ClientRequestArgs) => Duplex
}

/** The host of a connection has an address that may not be called. */
export class AddressNotAllowed extends Error {
  constructor() {
    super(notAllowed)
  }
}

type Created = (error: Error | null, stream: Duplex) => void

/** Fewer than a sender may have under way: the rest are closed when they are idle. */
const idleConnections = 16
/** An idle connection is closed after so long. */
const idleMillis = 20_000

const usual = { keepAlive: true, maxFreeSockets: idleConnections, scheduling: 'lifo', timeout: idleMillis } as const

/** A `lookup` that answers what is known already. */
function answering(found: readonly ResolvedAddress[]): NonNullable<ClientRequestArgs['lookup']> {
  return (_host, { all }, done) => {
    const [first] = found
    if (all === true) done(null, [...found])
    else done(null, first?.address ?? '', first?.family)
  }
}

function resolveBySystem(host: string): Promise<readonly ResolvedAddress[]> {
  return systemLookup(host, { all: true })
}

async function checkedOptions(options: ClientRequestArgs, isSecure: boolean, facts: ConnectionFacts) {
  const { policy, resolve = resolveBySystem } = facts
  const host = String(options.host ?? options.hostname ?? '')
  const found = await resolve(host)
  if (!mayConnect({ host, isSecure, addresses: found.map(({ address }) => address) }, policy))
    throw new AddressNotAllowed()
  return { ...options, lookup: answering(found) }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

/** Passes on the connection when it is made; http takes it by the callback, and needs no stream with an error. */
function connectLater(making: Promise<Duplex | null | undefined>, done: Created | undefined): void {
  const report = done as (error: Error | null, stream?: Duplex) => void
  making.then(
    (stream) => report(null, stream ?? undefined),
    (error: unknown) => report(toError(error)),
  )
}

class PlainAgent extends Agent {
  readonly #facts: ConnectionFacts

  constructor(facts: ConnectionFacts) {
    super(usual)
    this.#facts = facts
  }

  override createConnection(options: ClientRequestArgs, done?: Created): undefined {
    const make = async () => {
      const checked = await checkedOptions(options, false, this.#facts)
      return this.#facts.connect?.(checked) ?? super.createConnection(checked)
    }
    connectLater(make(), done)
  }
}

class TlsAgent extends SecureAgent {
  readonly #facts: ConnectionFacts

  constructor(facts: ConnectionFacts) {
    const { authorities = [] } = facts
    // Node 22.13 cannot tell which authorities it trusts beside its own.
    const known = typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates
    const ca = authorities.length === 0 ? {} : { ca: [...known, ...authorities] }
    // Made once: each connection would read all authorities again.
    const secureContext = createSecureContext({ minVersion: 'TLSv1.2', ...ca })
    super({ ...usual, secureContext })
    this.#facts = facts
  }

  override createConnection(options: RequestOptions, done?: Created): undefined {
    const make = async () => {
      const checked = await checkedOptions(options, true, this.#facts)
      return this.#facts.connect?.(checked) ?? super.createConnection(checked)
    }
    connectLater(make(), done)
  }
}

export interface CheckedAgents {
  readonly plain: Agent
  readonly secure: SecureAgent
}

export function checkedAgents(facts: ConnectionFacts): CheckedAgents {
  return { plain: new PlainAgent(facts), secure: new TlsAgent(facts) }
}
