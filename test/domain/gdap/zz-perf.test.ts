import { writeFileSync } from 'node:fs'
import { it } from 'vitest'
import { relationship, customer } from '#model/tenant-relationships.ts'
import { openWorld, roles, detailsOf, start } from './harness.ts'
import { emittedPages } from '../../../scripts/emitted.js'
import { defaultGdapSettings } from '#domain/gdap/settings.ts'
it('perf', async () => {
  for (const [n, t] of Object.entries(emittedPages())) writeFileSync(new URL(`../../../docs/${n}`, import.meta.url), t)
  const world = await openWorld({ tenants: { find: async (id) => ({ id, displayName: 'C', defaultDomain: 'c.example' }) } })
  const t0 = performance.now()
  const n = 9000
  // active relationships by the real path, many in one transaction
  const { approve } = await import('#domain/gdap/customer-side.ts')
  for (let b = 0; b < n; b += 500) {
    await world.write(async (ctx) => {
      for (let i = b; i < b + 500; i++) {
        const id = `${ctx.ids.mint()}-9a1c0000-0000-4000-8000-00000000aaaa`
        await ctx.tx.insert(relationship, { id, displayName: `R${i}`, duration: 'P2D', autoExtendDuration: 'PT0S', accessDetails: detailsOf([roles.reader]), status: 'approvalPending', createdDateTime: ctx.now, lastModifiedDateTime: ctx.now, lockedDateTime: ctx.now, customer: null })
        await approve(ctx, { relationshipId: id, customer: { tenantId: `c0570000-0000-4000-8000-${String(i).padStart(12, '0')}`, displayName: 'x', defaultDomain: 'x' } })
      }
    })
  }
  console.log('setup', performance.now() - t0, (await world.list(customer)).length)
  const t1 = performance.now()
  await world.advance(3)
  console.log('fire', performance.now() - t1, (await world.list(relationship, { status: 'expired' })).length, world.faults.length, start)
  await world.close()
}, 300000)
