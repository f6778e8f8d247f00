/** What goes with a row that is removed: all that it contains, and what joins it to others. */
import { describe, expect, it } from 'vitest'
import { shopForFile } from './items.ts'

const { send, get, names } = shopForFile()

const make = async () => {
  const answer = await send('POST', '/products', {
    id: 'kit',
    name: 'Kit',
    parts: [
      { id: 'kit-handle', name: 'Handle', screws: [{ id: 'kit-screw', size: 4 }] },
      { id: 'kit-blade', name: 'Blade' },
    ],
  })
  expect(answer.status).toBe(201)
  await send('POST', '/products/kit/suppliers/$ref', { '@odata.id': 'suppliers/acme' })
}

describe('a removed row', () => {
  it('takes along what it contains at every depth, and what joins it to others', async () => {
    await make()
    expect(await names('/products/kit/parts')).toEqual(['Blade', 'Handle'])
    expect(await names('/products/kit/suppliers')).toHaveLength(1)
    expect((await send('DELETE', '/products/kit')).status).toBe(204)
    expect((await send('POST', '/products', { id: 'kit', name: 'Kit' })).status).toBe(201)
    expect(await names('/products/kit/parts')).toEqual([])
    expect(await names('/products/kit/suppliers')).toEqual([])
    expect((await get('/suppliers/acme')).status).toBe(200)
    expect((await send('DELETE', '/products/kit')).status).toBe(204)
  })

  it('leaves no ids in use', async () => {
    await make()
    await send('DELETE', '/products/kit')
    await make()
    expect((await send('DELETE', '/products/kit/parts/kit-handle')).status).toBe(204)
    expect(await names('/products/kit/parts')).toEqual(['Blade'])
  })
})
