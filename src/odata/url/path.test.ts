import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { shopModels } from '../../../test/reference/model.ts'
import { explain } from '../body/explain.ts'
import { resolvePath } from './path.ts'

function caught(path: string): AppError {
  try {
    resolvePath(shopModels['v1.0'], path, false)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error(`${path} is taken`)
}

describe('faults of an address', () => {
  it.each<[string, number, string]>([
    ['/products/saw/colour', 13, "a property, a link or an operation of 'shop.product'"],
    ['/products/saw/category/colour', 22, "a property, a link or an operation of 'shop.category'"],
    ["/products('a//b')", 11, "')'"],
    ['/products/%zz', 9, "'%' before the two hexadecimal digits of each byte of a character"],
    ['/products/a%C3%A9%C3', 9, "'%' before the two hexadecimal digits of each byte of a character"],
    ['/products()', 9, 'a key'],
    ["/products('a)", 11, 'a closing quote'],
    ["/products('a'b')", 12, 'another quote'],
    // The place is that in the raw text.
    ["/products('%C3%A9%F0%9F%98%80'b')", 29, 'another quote'],
    ["/products('a'", 12, "')'"],
    ['/products(name=1)', 9, "the 'id' of 'products' alone"],
    ["/products(a=1;b='x')", 12, "',' or ')'"],
    ["/products(a=1,b='x',)", 19, 'another part of the key'],
    ['/company(1)', 7, "'/' or the end"],
    ['/products/saw/stock/x', 19, "'$value' or the end"],
    ['/products/saw/stock/$count', 19, "'$value' or the end"],
    ['/products/saw/stock/$value/x', 26, 'the end'],
    ['/products/saw/price/$value', 19, 'a member or the end'],
    ['/products/saw/price/colour', 19, "a member of 'shop.money'"],
    ['/products/saw/tags/0', 18, "'$count' or the end"],
    ['/products/$count/x', 16, 'the end'],
    ['/products/saw/$count', 13, "'$ref' or the end"],
    ['/products/$value', 9, "'$count', '$filter(…)', '$ref' or a key"],
    ['/company/$value', 8, 'the end'],
    ['/products/saw/priceFor(pieces=1)/x', 32, 'the end'],
    ['/products/saw/priceFor(pieces)', 22, 'a parameter with its value'],
    ['/products/saw/priceFor(pieces=x)', 29, "a value of 'Edm.Int32'"],
    ['/products/saw/priceFor(pieces=1,)', 31, 'another parameter'],
    ['/products/saw/priceFor(pieces=1,Pieces=2)', 31, 'each once'],
    ['/products/saw/priceFor(pieces=1, more=2)', 32, "')'"],
    ["/products/saw/priceFor(other='%C3%A9')", 36, "'pieces='"],
    ['/products/saw/withdraw(x=1)', 22, "')'"],
  ])('are found at their place: %s', (path, at, expected) => {
    const { kind, message, facts } = caught(path)
    const place = /position (\d+) in the address: expected (.*?)(?: at the end of '.*')?\.$/.exec(message)
    expect([kind, facts.code, Number(place?.[1]), place?.[2]]).toEqual(['invalid', 'BadRequest', at, expected])
  })

  it('keep the words of Graph before the place', () => {
    const { message } = caught('/products/saw/colour')
    expect(message).toMatch(/^Resource not found for the segment 'colour'\. At position 13 in the address: expected /)
  })

  it('follow the section on addresses, parameters included', () => {
    expect(explain(caught('/products/saw/colour'))).toBe('address; docs/spec/protocol.md 1.1')
    expect(explain(caught('/products/saw/priceFor(pieces=x)'))).toBe('address.parameter; docs/spec/protocol.md 1.1')
  })
})
