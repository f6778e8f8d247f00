import { describe, expect, it } from 'vitest'
import { isBatch, readItemUrl } from './batch-url.ts'

function read(url: string) {
  return readItemUrl(url, 'https://host:1')
}

describe('the address of a batch item', () => {
  it.each([
    ['/a/b', '/a/b', ''],
    ['a/b?c', '/a/b', 'c'],
    ['/v1.0/a', '/a', ''],
    ['V1.0/a', '/a', ''],
    ['/beta', '/', ''],
    ['/v1.0x/a', '/v1.0x/a', ''],
    ['https://host:1/v1.0/a?b=1', '/a', 'b=1'],
    ['HTTPS://HOST:1/beta/a', '/a', ''],
    ['https://host:1', '/', ''],
    ['?x', '/', 'x'],
    ['/a b/ü', '/a%20b/%C3%BC', ''],
    ['/a%20b/%zz/100%', '/a%20b/%25zz/100%25', ''],
    ["/a('b''c')", "/a('b''c')", ''],
    ['/a{b}', '/a%7Bb%7D', ''],
    ['/a?b#c', '/a', 'b%23c'],
    ['/\ud800', '/%EF%BF%BD', ''],
    ['//a', '/a', ''],
    ['/v1.0//a//b', '/a/b', ''],
    ['https://host:1//v1.0//a?b=//c', '/a', 'b=//c'],
    ["/a('x//y')", "/a('x//y')", ''],
  ])('%s is %s and %s', (url, path, query) => {
    expect(read(url)).toEqual({ path, query })
  })

  it.each([
    ["$filter=a eq 'x & y'&$top=1", "$filter=a%20eq%20'x%20%26%20y'&$top=1"],
    ["$filter=a eq 'it''s & y'&$top=1", "$filter=a%20eq%20'it''s%20%26%20y'&$top=1"],
    ["$filter=a eq 'x'&b='&'", "$filter=a%20eq%20'x'&b='%26'"],
    [`$search="it's"&$top=1`, "$search=%22it's%22&$top=1"],
    ["$search=it's&$top=1", "$search=it's&$top=1"],
    ['$filter=a eq 2020-01-01T00:00:00+02:00', '$filter=a%20eq%202020-01-01T00:00:00%2B02:00'],
    ['$filter=a+eq+1&$top=1', '$filter=a+eq+1&$top=1'],
    ['$filter=a%20eq%20%27b%26c%27&$top=1', '$filter=a%20eq%20%27b%26c%27&$top=1'],
    ["$filter=a eq '50%'", "$filter=a%20eq%20'50%25'"],
    ['a=b?c', 'a=b?c'],
  ])('has a query, %s, as it would be on the wire', (given, query) => {
    expect(read(`/x?${given}`)).toEqual({ path: '/x', query })
  })

  it.each(['https://other/v1.0/a', 'http://host:1/a', 'https://host:12/a', '/$batch', 'v1.0/$Batch/', '%24batch?x'])(
    'may not be %s',
    (url) => {
      expect(() => read(url)).toThrow(expect.objectContaining({ kind: 'invalid' }))
    },
  )

  it('is a batch in any spelling, and in no other', () => {
    for (const path of ['/$batch', '/$BATCH/', '/%24batch']) expect(isBatch(path)).toBe(true)
    for (const path of ['/$batch/x', '/a/$batch', '/batch', '/$batches', '/']) expect(isBatch(path)).toBe(false)
  })
})
