import { describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import type { OwnRequest } from '#base/own-address.ts'
import { createSessions } from './sessions.ts'

const account = { tenantId: 't', userId: 'u' }

function asking(origin: string, cookie?: string): OwnRequest {
  const ids = { requestId: '', clientRequestId: '' }
  return { method: 'GET', path: '/', query: '', headers: { cookie }, body: undefined, origin, ...ids }
}

describe('the cookie of a session', () => {
  it('is sent over TLS to this host only, read by no script, and with no request of another site but a link', () => {
    const sessions = createSessions(fixedClock(new Date(0)))
    const [first = '', ...more] = sessions.start(asking('https://localhost:1'), account).split('; ')
    expect(more).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure'])
    expect(first).toMatch(/^__Host-relata-session=[\w-]{43}$/)
    expect(sessions.find(asking('https://localhost:1', `a=b; ${first}`))).toEqual(account)
    expect(sessions.find(asking('https://localhost:1', first.replace('__Host-', '')))).toBeUndefined()
    expect(sessions.end(asking('https://localhost:1', first))).toMatch(/^__Host-relata-session=; .*Secure; Max-Age=0$/)
    expect(sessions.find(asking('https://localhost:1', first))).toBeUndefined()
  })

  it('is of nobody any more when the tenant is removed, and only then', () => {
    const sessions = createSessions(fixedClock(new Date(0)))
    const [cookie = ''] = sessions.start(asking('https://localhost:1'), account).split('; ')
    sessions.forget('another')
    expect(sessions.find(asking('https://localhost:1', cookie))).toEqual(account)
    sessions.forget(account.tenantId)
    expect(sessions.find(asking('https://localhost:1', cookie))).toBeUndefined()
  })
})
