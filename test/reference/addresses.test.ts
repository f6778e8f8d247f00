/** What addresses may have at their end, and how answers name what they hold. */
import { describe, expect, it } from 'vitest'
import { shopForFile } from './items.ts'

const { get, send } = shopForFile()
const base = 'https://host/v1.0'

describe('the context of a singleton', () => {
  it('is its name, without what names a member of a collection', async () => {
    const contextOf = async (method: string, target: string, body?: object) =>
      (await send(method, target, body)).json['@odata.context']
    expect(await contextOf('GET', '/company')).toBe(`${base}/$metadata#company`)
    expect(await contextOf('GET', '/company?$select=name')).toBe(`${base}/$metadata#company(name)`)
    expect(await contextOf('PATCH', '/company', { name: 'Shop' })).toBe(`${base}/$metadata#company`)
    expect(await contextOf('GET', '/company/seat')).toBe(`${base}/$metadata#company/seat`)
    expect(await contextOf('GET', '/company/notices')).toBe(`${base}/$metadata#company/notices`)
    expect(await contextOf('GET', '/products/hammer')).toBe(`${base}/$metadata#products/$entity`)
  })
})

describe('addresses of rows', () => {
  it.each([
    ['GET', '/products/$ref?$select=id', '$select'],
    ['GET', '/products/$ref?$expand=category', '$expand'],
    ['GET', '/products/hammer/suppliers/$ref?select=name', '$select'],
    ['GET', '/products/hammer/category/$ref?$select=id', '$select'],
    ['GET', '/products/hammer/category/$ref?$expand=parent', '$expand'],
    ['PUT', '/products/hammer/category/$ref?$select=id', '$select'],
    ['POST', '/products/hammer/suppliers/$ref?$filter=true', '$filter'],
    ['DELETE', '/products/hammer/suppliers/$ref?$id=suppliers/acme&$top=1', '$top'],
  ])('have no members to choose from, and a change of them reads nothing: %s %s', async (method, target, option) => {
    const { status, json } = await send(method, target, method === 'GET' ? undefined : { '@id': 'suppliers/acme' })
    expect([status, json.error.target]).toEqual([400, option])
  })

  it('may be narrowed, ordered, counted and paged', async () => {
    const { json } = await get('/products/$ref?$filter=stock gt 8&$orderby=name&$top=1&$count=true&$format=json')
    expect(json).toMatchObject({ '@odata.count': 2, value: [{ '@odata.id': `${base}/products/file` }] })
  })
})
