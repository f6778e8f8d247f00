/**
 * GUIDs: Edm.Guid as a type (OData CSDL 4.01 §4.4), strings that hold one, and texts that are stored in a form. All are
 * compared as they are stored, however the request writes them.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emitCsdl } from '#edm/documents/emit-csdl.ts'
import { emitOpenApi } from '#edm/documents/emit-openapi.ts'
import { shopModels } from './model.ts'
import { startShop } from './serve.ts'

let shop: Awaited<ReturnType<typeof startShop>>

const guidOf = (number: number) => `abcdef0${number}-0a0b-4c0d-8e0f-0000000000f${number}`
const parcels = [1, 2, 3].map((number) => ({
  id: guidOf(number),
  tracking: guidOf(9 - number),
  order: number === 3 ? null : guidOf(7),
  stops: number === 1 ? [guidOf(4), guidOf(5)] : [],
  customs: { file: guidOf(number + 3) },
  owner: guidOf(number),
  label: ['Nuts & Bolts', '  a   b ', 'plain'][number - 1],
}))

const send: typeof shop.send = (...asked) => shop.send(...asked)
const ids = async (query: string): Promise<number[]> => {
  const { status, json } = await send('GET', `/parcels?${query}`)
  expect([status, json.error?.message], query).toEqual([200, undefined])
  return json.value.map(({ id }: { id: string }) => Number(id.slice(-1)))
}

beforeAll(async () => {
  shop = await startShop()
  for (const parcel of parcels) {
    const { status, json } = await send('POST', '/parcels', { ...parcel, tracking: parcel.tracking.toUpperCase() })
    expect([status, json.error?.message]).toEqual([201, undefined])
    expect([json.tracking, json.customs]).toEqual([parcel.tracking, parcel.customs])
  }
})
afterAll(async () => {
  expect(shop.faults).toEqual([])
  await shop.close()
})

const [upper, lower, quoted] = [guidOf(8).toUpperCase(), guidOf(8), `'${guidOf(8).toUpperCase()}'`]

describe('Edm.Guid', () => {
  it.each([
    [`tracking eq ${upper}`, [1]],
    [`tracking eq ${lower}`, [1]],
    [`tracking eq ${quoted}`, [1]],
    [`tracking eq guid${quoted}`, [1]],
    [`${upper} eq tracking`, [1]],
    [`tracking in (${upper},${guidOf(7)})`, [1, 2]],
    [`tracking ne ${upper}`, [2, 3]],
    [`tracking gt ${guidOf(7).toUpperCase()}`, [1]],
    [`tracking le ${guidOf(7)}`, [2, 3]],
    ['order eq null', [3]],
    [`order ne ${guidOf(7).toUpperCase()}`, [3]],
    [`stops/any(s:s eq ${guidOf(5).toUpperCase()})`, [1]],
    [`stops/$count($filter=$this eq ${guidOf(4)}) eq 1`, [1]],
    [`customs/file eq ${guidOf(5).toUpperCase()}`, [2]],
    [`customs eq {"file":"${guidOf(5).toUpperCase()}"}`, [2]],
    [`id eq ${guidOf(2).toUpperCase()}`, [2]],
    ['tracking eq @t&@t=guid', [1]],
    [`cast(owner,Edm.Guid) eq ${guidOf(3).toUpperCase()}`, [3]],
    [`startswith(cast(tracking,Edm.String),'ABCDEF08')`, [1]],
    ['isof(tracking,Edm.Guid) and tracking ne order', [1, 3]],
  ])('is compared by its value: %s', async (filter, expected) => {
    expect(await ids(`$orderby=id&$filter=${filter.replace('@t=guid', `@t=${upper}`)}`)).toEqual(expected)
  })

  it('sorts by its digits, descends, and pages', async () => {
    expect(await ids('$orderby=tracking')).toEqual([3, 2, 1])
    expect(await ids('$orderby=tracking desc')).toEqual([1, 2, 3])
    expect(await ids('$orderby=order,tracking')).toEqual([3, 2, 1])
    const first = await send('GET', '/parcels?$orderby=tracking&$top=1')
    const next = first.json['@odata.nextLink'].replace('https://host/v1.0/parcels?', '')
    expect(await ids(next)).toEqual([2])
  })

  it('is a key in any case and either notation', async () => {
    for (const key of [guidOf(1), guidOf(1).toUpperCase()]) {
      for (const target of [`/parcels/${key}`, `/parcels(${key})`, `/parcels('${key}')`, `/parcels(id=${key})`])
        expect((await send('GET', target)).json.id, target).toBe(guidOf(1))
    }
    expect((await send('GET', '/parcels/none')).status).toBe(400)
    expect((await send('GET', `/parcels/${guidOf(6)}`)).status).toBe(404)
    expect((await send('GET', `/parcels/${guidOf(1)}/tracking/$value`)).body).toBe(guidOf(8))
    const call = (text: string) => send('GET', `/parcels/${guidOf(1)}/isSame(tracking=${text})`)
    expect((await call(lower)).json.value).toBe(lower)
    expect((await call(upper)).json.value).toBe(lower)
    expect((await call("'x'")).status).toBe(400)
  })

  it.each([
    ['tracking eq 5', '$filter'],
    ["tracking eq 'no guid'", '$filter'],
    ["contains(tracking,'a')", '$filter'],
    ['tracking eq name', '$filter'],
    ['tracking add 1 eq 2', '$filter'],
  ])('is compared with nothing else: %s', async (filter, target) => {
    const { status, json } = await send('GET', `/parcels?$filter=${filter}`)
    expect([status, json.error.target]).toEqual([400, target])
  })

  it('takes nothing else in bodies', async () => {
    for (const tracking of ['x', 5, `{${guidOf(6)}}x`, '']) {
      const { status, json } = await send('POST', '/parcels', { tracking })
      expect([status, json.error.target], String(tracking)).toEqual([400, 'tracking'])
    }
    const stops = await send('PATCH', `/parcels/${guidOf(1)}`, { stops: [guidOf(4), 'x'] })
    expect([stops.status, stops.json.error.target]).toEqual([400, 'stops/1'])
    const put = await send('PUT', `/parcels/${guidOf(0).toUpperCase()}`, { tracking: guidOf(0).toUpperCase() })
    expect([put.status, put.json.id, put.json.tracking]).toEqual([201, guidOf(0), guidOf(0)])
    expect((await send('DELETE', `/parcels/${guidOf(0).toUpperCase()}`)).status).toBe(204)
  })

  it('is named in both documents and at the level full', async () => {
    const xml = emitCsdl(shopModels['v1.0'])
    expect(xml).toContain('<Property Name="tracking" Type="Edm.Guid" Nullable="false" />')
    expect(xml).toContain('Type="Collection(Edm.Guid)"')
    const text = emitOpenApi(shopModels['v1.0'], () => undefined)
    expect(text).toMatch(/"tracking": \{[^}]*"format": "uuid"/)
    const full = await send('GET', `/parcels/${guidOf(1)}?$format=application/json;odata.metadata=full`)
    expect(full.json['tracking@odata.type']).toBe('#Guid')
  })
})

describe('a string that holds a GUID', () => {
  it.each([
    [`owner eq '${guidOf(2).toUpperCase()}'`, [2]],
    [`owner eq ${guidOf(2).toUpperCase()}`, [2]],
    [`owner in ('${guidOf(2).toUpperCase()}','x')`, [2]],
    [`owner ne '${guidOf(2).toUpperCase()}'`, [1, 3]],
    [`contains(owner,'${guidOf(2).toUpperCase().slice(-5)}')`, [2]],
    [`startswith(owner,'ABCDEF02-')`, [2]],
    [`endswith(tolower(owner),'F2')`, [2]],
    [`tolower(owner) eq '${guidOf(2).toUpperCase()}'`, [2]],
    [`toupper(owner) eq '${guidOf(2).toUpperCase()}'`, [2]],
    [`toupper(owner) in ('x','${guidOf(2).toUpperCase()}')`, [2]],
    [`toupper(owner) eq tolower('${guidOf(2).toUpperCase()}')`, [2]],
    [`startswith(toupper(owner),'ABCDEF02-')`, [2]],
    [`concat(owner,'') eq '${guidOf(2).toUpperCase()}'`, [2]],
    [`concat('X',owner) eq 'x${guidOf(2).toUpperCase()}'`, [2]],
    [`substring(owner,6,2) eq '02' and substring(owner,0,3) eq 'ABC'`, [2]],
    [`substring(toupper(owner),0,3) ne 'ABC'`, []],
    [`owner eq concat('ABCDEF02','${guidOf(2).toUpperCase().slice(8)}')`, [2]],
    [`contains(owner,concat('ABC','DEF02'))`, [2]],
    [`contains('${guidOf(2).toUpperCase()} and more',owner)`, [2]],
    [`concat(label,owner) eq 'PLAIN${guidOf(3).toUpperCase()}'`, [3]],
    [`toupper(cast(tracking,Edm.String)) eq '${guidOf(8).toUpperCase()}'`, [1]],
    [`owner eq label`, []],
    ["owner eq 'no guid'", []],
  ])('is compared without regard to case: %s', async (filter, expected) => {
    expect(await ids(`$orderby=id&$filter=${filter}`)).toEqual(expected)
  })
})

describe('a text that is stored in a form', () => {
  it.each([
    ["label eq 'Nuts %26 Bolts'", [1]],
    ["label eq 'nuts ＆ bolts'", [1]],
    ["label eq ' a b '", [2]],
    ["label eq 'a    b'", [2]],
    ["label in ('a  b','NUTS %26  bolts')", [1, 2]],
    ["contains(label,'%26')", [1]],
    ["contains(label,'s  %26 ')", [1]],
    ["startswith(label,'nuts %26')", [1]],
    ["startswith(label,'a  ')", [2]],
    ["tolower(label) eq 'nuts %26 bolts'", [1]],
    ["toupper(label) eq 'nuts %26  bolts'", [1]],
    ["label eq concat('Nuts %26 ','Bolts')", [1]],
    ["label eq concat(concat('Nuts','  %26 '),'Bolts')", [1]],
    ["concat('Nuts %26 ','Bolts') eq label", [1]],
    ["label eq toupper('Nuts %26 Bolts')", [1]],
    ["substring(label,5,1) eq '%26'", [1]],
    ["substring(label,4) eq ' %26  Bolts'", [1]],
    ["concat(label,' %26') eq 'Nuts %26 Bolts %26'", [1]],
    ["contains(label,concat('s  ','%26'))", [1]],
    ["concat(label,owner) eq concat('nuts %26 bolts','OWNER1')", [1]],
    ["label ne 'a  b'", [1, 3]],
  ])('is found by what was written: %s', async (filter, expected) => {
    expect(await ids(`$orderby=id&$filter=${filter.replace('OWNER1', guidOf(1).toUpperCase())}`)).toEqual(expected)
  })

  it('is found by any text from which it was made', async () => {
    const text = fc.array(fc.constantFrom('&', ' ', '  ', 'a', 'B', '\u00a0', 'é'), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(text, async (parts) => {
        const label = parts.join('')
        fc.pre(label.trim() !== '')
        const { id } = (await send('POST', '/parcels', { tracking: crypto.randomUUID(), label })).json
        const { json } = await send('GET', `/parcels?$filter=label eq '${encodeURIComponent(label)}' and id eq ${id}`)
        expect(json.value).toHaveLength(1)
        await send('DELETE', `/parcels/${id}`)
      }),
      { numRuns: 40 },
    )
  })
})
