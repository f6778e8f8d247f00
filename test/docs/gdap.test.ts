/** The life cycle in docs/, run as a reader would run it. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { settings, variableOf } from '#app/config.ts'
import { startTestServer } from '../_support/server.ts'
import { authorityFile, hasCurl, pageAt, runScript } from './paste.ts'

it('leads from draft to expiry', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const server = await startTestServer()
  try {
    const script = fileURLToPath(new URL('../../docs/gdap-life-cycle.sh', import.meta.url))
    const where = { RELATA_ORIGIN: server.origin, RELATA_CA: authorityFile }
    const stdout = await runScript([script], where)
    const steps = [...stdout.matchAll(/^## (.+)\n(.*)$/gm)].map(([, title, json]) => [title, JSON.parse(json ?? '')])
    expect(steps).toHaveLength(13)
    const said = Object.fromEntries(steps)
    const daysAfter = (start: string, days: number) => new Date(Date.parse(start) + days * 86_400_000).toISOString()
    const approved = said['the customer approves']
    const sameInstant = (one: string, other: string) => expect(Date.parse(one)).toBe(Date.parse(other))

    expect(said['the partner drafts a relationship']).toMatchObject({
      status: 'created',
      activatedDateTime: null,
      endDateTime: null,
    })
    expect(said['and asks for approval']).toMatchObject({ action: 'lockForApproval' })
    expect(approved).toMatchObject({ status: 'active', customer: { displayName: 'Fabrikam' } })
    sameInstant(approved.endDateTime, daysAfter(approved.activatedDateTime, 180))
    expect(said['and gives it a role']).toMatchObject({ status: 'pending' })
    expect(said['which is provisioned']).toMatchObject({ status: 'active' })
    expect(said['it is still active']).toMatchObject({ status: 'active', endDateTime: approved.endDateTime })
    const extended = said['it was extended by 180 days']
    expect(extended).toMatchObject({ status: 'active', activatedDateTime: approved.activatedDateTime })
    sameInstant(extended.endDateTime, daysAfter(approved.endDateTime, 180))
    expect(said['the partner switches that off']).toMatchObject({ status: 'active', autoExtendDuration: 'PT0S' })
    const expired = said['it has expired']
    expect(expired).toMatchObject({ status: 'expired' })
    sameInstant(expired.endDateTime, extended.endDateTime)
    expect(await runScript([script], where)).toMatch(/^## it has expired\n.*"status":"expired"/m)
  } finally {
    await server.close()
  }
})

it('describes every setting of GDAP', () => {
  const page = pageAt('docs/gdap.md')
  const flags = Object.values(settings).filter(({ flags }) => flags.startsWith('--gdap-') || flags === '--registry')
  expect(flags.length).toBeGreaterThan(10)
  expect(flags.flatMap((one) => (page.includes(one.flags.split(' ')[0] ?? '') ? [] : [variableOf(one)]))).toEqual([])
})
