/** `GET /_relata/me`: who asks, as the token and the rows say: person or application, permissions, roles. In both modes. */
import { type AddressHandler, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import type { Actor } from '#edm/ports.ts'
import { byMethod, parametersIn } from '../request.ts'

export interface MeAnswer {
  readonly kind: 'user' | 'app'
  readonly tenant: { readonly id: string; readonly displayName: string; readonly defaultDomain: string }
  readonly user?: { readonly id: string; readonly displayName: string; readonly userPrincipalName: string }
  readonly app?: { readonly id: string }
  /** Where the person is at home, if that is another tenant. */
  readonly homeTenant?: { readonly id: string; readonly displayName: string }
  /** Of the token. */
  readonly permissions: readonly string[]
  readonly directoryRoles: readonly { readonly id: string; readonly displayName: string }[]
  readonly termStore: {
    readonly isAdministrator: boolean
    readonly groups: readonly { readonly id: string; readonly displayName: string; readonly role: string }[]
  }
  readonly isAdminAgent: boolean
  readonly isOperator: boolean
}

export interface MeParts {
  /** Throws `unauthenticated` without a valid token. */
  readonly needActor: (request: OwnRequest) => Promise<Actor>
  readonly describe: (actor: Actor) => Promise<MeAnswer>
}

export function meHandler({ needActor, describe }: MeParts): AddressHandler {
  const tell: AddressHandler = async (request) => {
    const actor = await needActor(request)
    parametersIn(request.query, [])
    return jsonAnswer(await describe(actor))
  }
  return byMethod({ GET: tell }, needActor)
}
