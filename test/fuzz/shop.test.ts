/** The reference model under the same fuzzer, in this process: operations, deep bodies, upserts and replacements too. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shopModels } from '../reference/model.ts'
import { startShop } from '../reference/serve.ts'
import { bounded, isOurFault, testMillis } from './client.ts'
import { requestOf } from './grammar.ts'
import { soundRequestOf } from './sound.ts'

const ids = ['drill', 'hammer', 'tools', 'acme', 'company', 'p1']

const startFilled = async () => {
  const shop = await startShop()
  await shop.send('POST', '/categories', { id: 'tools', name: 'Tools', products: [{ id: 'hammer', name: 'Hammer' }] })
  await shop.send('POST', '/suppliers', { id: 'acme', name: 'Acme' })
  return shop
}

it('answers everything with sense', { timeout: testMillis }, async () => {
  const shop = await startFilled()
  const seen = new Map<number, number>()
  const any = requestOf(shopModels['v1.0'], ids, '')
  const links: string[] = []
  const send = async (method: string, target: string, body?: unknown, headers: Record<string, string> = {}) => {
    const { status, json } = await shop.send(method, target, body, { headers })
    seen.set(status, (seen.get(status) ?? 0) + 1)
    if (isOurFault(status)) throw new Error(`${status} ${String(shop.faults.at(-1))}`)
    for (const name of ['@odata.nextLink', '@odata.deltaLink']) {
      const link: unknown = json?.[name]
      if (typeof link === 'string') links.push(link.slice('https://host/v1.0'.length))
    }
  }
  // Links the server gave are followed now and then, some of them cut short or with something more.
  const following = fc.record({
    often: fc.nat(3),
    which: fc.nat(),
    end: fc.constantFrom('', '', 'x', '&$top=1', '&x=1'),
  })
  const answersWithSense = fc.asyncProperty(
    any,
    following,
    async ({ method, target, headers, body }, { often, which, end }) => {
      const { authorization: _, ...more } = headers
      await send(method, target.slice('/v1.0'.length), body, more as Record<string, string>)
      const link = links[which % Math.max(1, links.length)]
      if (often === 0 && link !== undefined) await send('GET', `${link}${end}`)
      links.splice(0, links.length - 50)
    },
  )
  await fc.assert(answersWithSense, { ...bounded, interruptAfterTimeLimit: bounded.interruptAfterTimeLimit / 3 })
  // Statuses that take luck, such as 412, are left out: a bounded run may not meet them.
  const missing = () => [200, 201, 204, 400, 404, 405].filter((status) => (seen.get(status) ?? 0) === 0)
  // A busy machine does not come to much in that time.
  for (let more = 0; more < 20 && missing().length > 0; more += 1) await fc.assert(answersWithSense, { numRuns: 500 })
  expect(missing(), JSON.stringify([...seen])).toEqual([])
  expect(shop.faults).toEqual([])
  await shop.close()
})

it('takes every option that fits the model', { timeout: testMillis }, async () => {
  const shop = await startFilled()
  await fc.assert(
    fc.asyncProperty(soundRequestOf(shopModels['v1.0'], ids, ''), async ({ method, target, headers }) => {
      const { authorization: _, ...more } = headers
      const { status, body } = await shop.send(method, target.slice('/v1.0'.length), undefined, { headers: more })
      if (![200, 204, 404].includes(status)) throw new Error(`${status} ${body}`)
    }),
    { ...bounded, interruptAfterTimeLimit: bounded.interruptAfterTimeLimit / 6 },
  )
  expect(shop.faults).toEqual([])
  await shop.close()
})
