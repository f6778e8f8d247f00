/** `relata gdap`: the customer's side of a relationship. */
import { call } from '../remote/call.ts'
import { say, sayJson, sayTable } from '../remote/shown.ts'
import type { Target } from '../remote/target.ts'

interface CustomersRelationship {
  readonly id: string
  readonly displayName: string
  readonly status: string
  readonly partner: { readonly displayName: string }
  readonly endDateTime: string | null
  readonly isPending?: boolean
}

export async function listRelationships(target: Target, customer: string, isJson: boolean): Promise<void> {
  const query = new URLSearchParams({ customer })
  const { value } = await call<{ value: readonly CustomersRelationship[] }>(target, { path: `/_relata/gdap?${query}` })
  if (isJson) sayJson(value)
  else
    sayTable(
      value.map(({ id, status, partner, displayName, endDateTime }) => [
        id,
        status,
        partner.displayName,
        displayName,
        endDateTime === null ? '' : `until ${endDateTime}`,
      ]),
      `${customer} has no relationships`,
    )
}

export const customerActions = ['approve', 'reject', 'terminate'] as const
export type CustomerWord = (typeof customerActions)[number]

export interface Answering {
  readonly id: string
  /** Id or domain. */
  readonly customer: string
  /** Id or sign-in name; undefined: the first who may. */
  readonly user: string | undefined
}

interface Answered {
  readonly id: string
  readonly status: string
}

function addressOf(id: string, action: string): string {
  return `/_relata/gdap/${encodeURIComponent(id)}/${action}`
}

function show(answered: Answered, isJson: boolean): void {
  if (isJson) sayJson(answered)
  else say(`${answered.id} ${answered.status}`)
}

export async function answer(
  target: Target,
  action: CustomerWord,
  { id, customer, user }: Answering,
  isJson: boolean,
): Promise<void> {
  const body = { tenantId: customer, ...(user === undefined ? {} : { user }) }
  show(await call<Answered>(target, { method: 'POST', path: addressOf(id, action), body }), isJson)
}

export async function switchExtension(
  target: Target,
  allowed: boolean,
  { id, customer, user }: Answering,
  isJson: boolean,
): Promise<void> {
  const body = { allowed, tenantId: customer, ...(user === undefined ? {} : { userId: user }) }
  show(await call<Answered>(target, { method: 'POST', path: addressOf(id, 'auto-extend'), body }), isJson)
}
