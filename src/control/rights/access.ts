/**
 * `GET /_relata/access?user=&tenant=&action=`: whether a user may do something in a tenant at this moment, and why. The
 * answer shows members of groups, so in a registry it is for the partner's AdminAgents, about their own people and customers.
 */
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import { byMethod } from '../request.ts'

export interface AccessQuestion {
  /** Sign-in name, or id. */
  readonly user: string
  /** Id or domain. */
  readonly tenant: string
  /** `PATCH /termStore`; undefined: any action. */
  readonly action?: { readonly method: string; readonly version: 'v1.0' | 'beta'; readonly path: string }
}

export interface NamedObject {
  readonly id: string
  readonly displayName: string
}

/** One relationship, assignment and group that give access. */
export interface AccessRoute {
  readonly relationship: NamedObject
  readonly assignment: { readonly id: string }
  readonly group: NamedObject
  /** Those of the assignment that permit it. */
  readonly roles: readonly NamedObject[]
  /** When the relationship ends. */
  readonly until: string
}

export interface AccessAnswer {
  readonly allowed: boolean
  readonly user: NamedObject & { readonly userPrincipalName: string; readonly tenantId: string }
  readonly tenant: NamedObject
  readonly action?: string
  /** One of them has to be in the token. */
  readonly permissions?: readonly string[]
  /** Names of roles, one of which is needed as well. */
  readonly roles?: readonly string[]
  readonly by: readonly AccessRoute[]
  /** When the last of these relationships ends; null: there is none, or no end. */
  readonly until: string | null
  readonly reason: string
}

/** `within`: only what somebody of this tenant may know; others are not found. */
export type Explain = (question: AccessQuestion, within?: string) => Promise<AccessAnswer>

/** The tenant of who asks. Throws `unauthenticated`, and `forbidden` for who is not in AdminAgents there. */
export type ExplainTo = (request: OwnRequest) => Promise<string>

const actionForm = /^(GET|POST|PATCH|PUT|DELETE) +(?:\/(v1\.0|beta)(?=\/))?(\/[^?#\s]+)$/i

function actionIn(text: string): NonNullable<AccessQuestion['action']> {
  const [, method, version, path] = actionForm.exec(text.trim()) ?? []
  if (method === undefined || path === undefined)
    throw new AppError('invalid', "'action' is a method and a path of Graph, such as 'PATCH /termStore'.", {
      target: 'action',
    })
  return { method: method.toUpperCase(), version: version?.toLowerCase() === 'beta' ? 'beta' : 'v1.0', path }
}

function need(query: URLSearchParams, name: string): string {
  const value = query.get(name)?.trim()
  if (value !== undefined && value !== '') return value
  throw new AppError('invalid', `'${name}' is needed in the query.`, { target: name })
}

export function accessHandler(parts: {
  readonly explain: Explain
  /** Absent: who asks need not say who it is. */
  readonly explainTo?: ExplainTo | undefined
}): AddressHandler {
  const { explain, explainTo } = parts
  const handlers = {
    GET: async (request: OwnRequest) => {
      const within = await explainTo?.(request)
      const query = new URLSearchParams(request.query)
      const action = query.get('action')?.trim() ?? ''
      return jsonAnswer(
        await explain(
          {
            user: need(query, 'user'),
            tenant: need(query, 'tenant'),
            ...(action === '' ? {} : { action: actionIn(action) }),
          },
          within,
        ),
      )
    },
  }
  return byMethod(handlers, explainTo)
}
