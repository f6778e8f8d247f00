import { expect, it } from 'vitest'
import { openParts } from '#app/compose.ts'
import { defaultSettings } from '#domain/term-store/settings.ts'
import { wellKnown } from '#app/seed-data.ts'
it('works', async () => {
  const t0 = performance.now()
  const parts = await openParts({ ...defaultSettings, database: undefined, strict: false, relationStatus: 201, seed: 'default', report: (e) => console.error(e) })
  console.log('open', performance.now() - t0)
  const get = async (path: string, query = '') => {
    const a = await parts.handle({ method: 'GET', version: 'v1.0', path, query, headers: {}, body: undefined, origin: 'https://localhost', requestId: 'r', clientRequestId: 'c', actor: { kind: 'app', tenantId: wellKnown.contoso, permissions: new Set(['TermStore.ReadWrite.All']) } })
    console.log(a.status, a.body?.slice(0, 600)); return a
  }
  await get('/termStore')
  await get('/termStore/groups')
  await get('/termStore/sets', '$top=2')
  await get('/termStore/sets/c0117050-5e70-4000-8000-000000000001/terms', '$select=id')
  await get('/termStore/sets/c0117050-5e70-4000-8000-000000000001', '$expand=children($levels=2)')
  const t1 = performance.now(); for (let i = 0; i < 2000; i++) await parts.handle({ method: 'GET', version: 'v1.0', path: '/termStore/sets/c0117050-5e70-4000-8000-000000000001/terms/c0117050-7e21-4000-8000-000000000001', query: '', headers: {}, body: undefined, origin: 'https://localhost', requestId: 'r', clientRequestId: 'c', actor: { kind: 'app', tenantId: wellKnown.contoso, permissions: new Set(['TermStore.ReadWrite.All']) } })
  console.log('us per point read', (performance.now() - t1) / 2)
  expect(1).toBe(1)
})
