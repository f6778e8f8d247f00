/** OData 4.01: options inside $select, item by item. */
import { describe, expect } from 'vitest'
import { conforms, shopForFile } from './items.ts'

const { get } = shopForFile()

describe('options inside $select', () => {
  conforms('13.2.2-5', async () => {
    for (const [select, price, context] of [
      ['price($select=amount)', { amount: 300 }, 'price/amount'],
      ['price/AMOUNT', { amount: 300 }, 'price/amount'],
      ['price(select=currency),price/amount', { amount: 300, currency: 'CHF' }, 'price/currency,price/amount'],
      ['price/amount,price', { amount: 300, currency: 'CHF' }, 'price/amount,price'],
      ['price($select=*)', { amount: 300, currency: 'CHF' }, 'price'],
      ['*,price/amount', { amount: 300, currency: 'CHF' }, '*,price/amount'],
    ] as const) {
      const { json } = await get(`/products/hammer?$select=${select}`)
      expect(json.price, select).toEqual(price)
      expect(json['@odata.context'].split('#')[1], select).toBe(`products(${context})/$entity`)
    }
    expect((await get('/products/saw?$select=price/amount')).json.price).toBeNull()
    const { json } = await get("/products?$filter=name eq 'file'&$select=notes/text")
    expect(json.value[0].notes).toEqual([{ text: 'rough' }, { text: 'grob' }])
    const below = await get('/products/hammer?$expand=suppliers($select=home/city;$orderby=name)')
    expect(below.json.suppliers.map(({ home }: { home: unknown }) => home)).toEqual([
      { city: 'Bern' },
      { city: 'Chur' },
    ])
    const full = await get('/products/hammer?$select=price/amount&$format=application/json;odata.metadata=full')
    expect(full.json.price).toEqual({ '@odata.type': '#shop.money', amount: 300, 'amount@odata.type': '#Int32' })
    const found = await get("/products/withTag(tag='red')?$select=name,price/amount")
    expect(found.json.value).toEqual([
      expect.objectContaining({ name: 'hammer', price: { amount: 300 } }),
      expect.objectContaining({ name: 'saw', price: null }),
    ])
    for (const [select, text] of [
      ['price($select=colour)', "named 'colour' on type 'shop.money'. (Position 14 in '$select'.)"],
      ['price/colour', "named 'colour' on type 'shop.money'. (Position 6 in '$select'.)"],
      ['price/amount/x', "named 'x' on type 'Edm.Int32'. (Position 13 in '$select'.)"],
      ['stock($select=x)', "position 6 in '$select': $select on 'stock', whose values have no members"],
      ['price(amount)', 'parentheses without an option'],
      ['price()', 'parentheses without an option'],
      ['parts($select=name)', "options inside $select on the link 'parts'"],
      ['*($select=name)', "options on '*'"],
    ] as const) {
      const answer = await get(`/products/hammer?$select=${select}`)
      expect([answer.status, answer.json.error.message], select).toEqual([400, expect.stringContaining(text)])
    }
  })

  conforms('13.2.3-5.1', async () => {
    const hammer = async (select: string) => {
      const { status, json } = await get(`/products/hammer?$select=${select}`)
      expect(status, JSON.stringify(json)).toBe(200)
      return json
    }
    expect(await hammer("tags($filter=$it eq 'red')")).toMatchObject({ tags: ['red'] })
    // The same shape with another literal is another question.
    expect((await hammer("tags($filter=$it eq 'iron')")).tags).toEqual(['iron'])
    expect((await hammer("tags($filter=startswith($this,'i') or $this eq @t)&@t='red'")).tags).toEqual(['red', 'iron'])
    expect((await hammer("tags($filter=$it eq 'none')")).tags).toEqual([])
    expect((await hammer('tags($orderby=$it)')).tags).toEqual(['iron', 'red'])
    expect((await hammer('tags($orderby=$it desc;$top=1)')).tags).toEqual(['red'])
    expect((await hammer('tags($skip=1)')).tags).toEqual(['iron'])
    expect((await hammer('tags($top=0)')).tags).toEqual([])
    expect((await hammer("*,tags($filter=$it eq 'red')")).tags).toEqual(['red'])
    const { json } = await get("/products?$select=name,notes($filter=language eq 'de';$select=text)&$orderby=name")
    expect(json['@odata.context'].split('#')[1]).toBe('products(name,notes/text)')
    expect(json.value.map(({ notes }: { notes: unknown }) => notes)).toEqual([[], [{ text: 'grob' }], [], [], []])
    // Literals inside $select beside others that are lifted.
    const both = await get("/products?$filter=stock eq 3&$select=tags($filter=$it eq 'red')")
    expect(both.json.value[0].tags).toEqual(['red'])
    const below = "/categories/tools?$expand=products($filter=stock eq 3;$select=tags($filter=$it eq 'iron'))"
    expect((await get(below)).json.products[0].tags).toEqual(['iron'])
    expect((await get(below.replace('iron', 'red'))).json.products[0].tags).toEqual(['red'])
    const one = "/products/hammer/parts?$expand=product($select=tags($filter=$it eq 'iron'))"
    expect((await get(one)).json.value[0].product.tags).toEqual(['iron'])
    expect((await get(one.replace('iron', 'red'))).json.value[0].product.tags).toEqual(['red'])
    for (const [select, text] of [
      ['price($filter=amount eq 1)', "position 6 in '$select': $filter on 'price', which is not a collection"],
      ['tags($count=true)', "position 5 in '$select': $count inside $select"],
      ['tags($search=a)', '$search inside $select'],
      ['tags($expand=a)', '$expand inside $select'],
      ['tags($levels=2)', '$levels inside $select'],
      ['notes($filter=colour eq 1)', "named 'colour' on type 'shop.note'"],
      ['tags($filter=$it)', 'expected a condition'],
      ['tags($filter=$it eq 1)', 'position 20'],
      ["tags,tags($filter=$it eq 'red')", "'tags' is selected twice in different ways"],
      ["tags($filter=$it eq 'red'", "';' or ')'"],
      ['tags($filter=year(now()) eq 2026)', "'now' inside $select"],
      ['tags($filter=@t eq $it;$top=x)', 'position 28'],
    ] as const) {
      const answer = await get(`/products/hammer?$select=${select}`)
      expect([answer.status, answer.json.error?.message], select).toEqual([400, expect.stringContaining(text)])
    }
  })
})
