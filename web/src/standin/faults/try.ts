/** Sends a call that a rule is for, and says what came of it. */
import { Problem } from '../../data/problem.ts'
import { ask, type Sent, send } from '../../data/send.ts'
import { type Acting, currentSession } from '../../data/session.ts'
import { numberText } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { onePlan } from './api.ts'
import type { ShownRule } from './rule.ts'
import { sampleCall } from './sample.ts'

export interface TryResult {
  readonly text: string
  readonly isHit: boolean
  readonly requestId?: string
}

/** Whom the rule is for; else as whom the page acts. */
function actingFor({ where = {} }: ShownRule): Acting | undefined {
  const { acting } = currentSession()
  if (acting === undefined || (where.client === undefined && where.tenant === undefined)) return acting
  const tenant = where.tenant === undefined ? acting.tenant : { id: where.tenant, name: where.tenant, domain: '' }
  const caller =
    where.client === undefined ? acting.caller : ({ kind: 'app', id: where.client, name: where.client } as const)
  return { tenant, caller }
}

async function outcome(sending: Promise<Sent<unknown>>): Promise<{ said: string; requestId: string | undefined }> {
  try {
    const { status, headers } = await sending
    return { said: String(status), requestId: headers.get('request-id') ?? undefined }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const wait = error.retryAfter === undefined ? '' : `, Retry-After ${error.retryAfter}`
    const said = error.status === 0 ? t('fault.try.dropped') : `${error.status} ${error.code}${wait}`
    return { said, requestId: error.requestId }
  }
}

/** Undefined: no request is what the rule waits for. Throws where no token can be had. */
export async function tryRule(rule: ShownRule): Promise<TryResult | undefined> {
  const call = sampleCall(rule)
  if (call === undefined) return undefined
  const acting = actingFor(rule)
  const began = performance.now()
  const { said, requestId } = await outcome(send(call, acting === undefined ? {} : { acting }))
  const ms = numberText(Math.round(performance.now() - began))
  const { hits } = await ask(onePlan(rule.id))
  const isHit = hits > rule.hits
  const words = { call: `${call.method} ${call.path}`, said, ms }
  return {
    isHit,
    text: t(isHit ? 'fault.try.hit' : 'fault.try.notHit', words),
    ...(requestId === undefined ? {} : { requestId }),
  }
}
