import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { authorType, bookType, library } from '../../../test/_support/library-model.ts'
import { type ReadFacts, type ReadOptions, readOptions } from './options.ts'

const list: ReadFacts = { collection: true, strict: false }
const entity: ReadFacts = { collection: false, strict: false }

function accepts(query: string, facts: ReadFacts = list): ReadOptions {
  return readOptions(library, bookType, query, facts)
}

function refuses(query: string, target: string | undefined, message: string, facts: ReadFacts = list): AppError {
  try {
    accepts(query, facts)
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    if (error instanceof AppError) {
      expect([error.kind, error.facts.target]).toEqual(['invalid', target])
      expect(error.message).toContain(message)
      return error
    }
  }
  throw new Error(`accepted: ${query}`)
}

describe('query options', () => {
  it('gives the same empty tree for an empty query and for custom options alone', () => {
    expect(accepts('')).toBe(accepts('foo=1&bar'))
    expect(accepts('')).toMatchObject({ key: '', bind: {}, expand: [], order: [], count: false, search: false })
  })

  it('knows names in any case, with and without the dollar sign, percent-encoded or not', () => {
    for (const name of ['$top', 'top', '$TOP', 'Top', '%24top', '%24T%6Fp']) expect(accepts(`${name}=5`).top).toBe(5)
  })

  it('takes a plus sign for a space and splits at the first equals sign', () => {
    expect(accepts("$filter=name+eq+'a%2Bb=c%26d'").bind).toEqual({ p0: 'a+b=c&d' })
    expect(accepts('%24orderby=bought+desc').order).toMatchObject([{ descending: true }])
  })

  it('takes numbers, tokens and flags out of the tree', () => {
    const options = accepts('$top=10&$skiptoken=abc&$count=TRUE&$format=application/json;odata.metadata=none')
    expect(options).toMatchObject({ top: 10, skip: undefined, skiptoken: 'abc', count: true })
    expect(accepts('$skip=20')).toMatchObject({ skip: 20, skiptoken: undefined })
    expect(options.format).toBe('application/json;odata.metadata=none')
    expect(accepts('$top=0').top).toBe(0)
    expect(accepts('$count=false').count).toBe(false)
  })

  it('has equal keys for equal trees, and others for others', () => {
    const key = (query: string) => accepts(query).key
    expect(key('$top=5&$skiptoken=x')).toBe('')
    expect(key("$top=1&$filter=name eq 'a'")).toBe(key("filter=NAME  eq 'b'&$top=3"))
    // The pages after the first belong to the same listing, and pass over nothing.
    expect(key('$skip=1&$top=2')).toBe(key('$top=2&$skiptoken=x'))
    const different = [
      '',
      '$count=true',
      '$search=x',
      '$select=id',
      '$select=*',
      '$select=id,name',
      '$expand=author',
      '$expand=author,prequel',
      '$expand=author($select=id)',
      '$expand=sequels($top=1)',
      '$expand=sequels($top=0)',
      '$expand=sequels($top=2)',
      '$expand=sequels($levels=2)',
      "$filter=name eq 'a'",
      '$filter=pages eq 1',
      '$orderby=name',
      '$orderby=name desc',
      '$filter=isLent',
      '$filter=isLent eq false',
    ]
    expect(new Set(different.map(key)).size).toBe(different.length)
  })

  it('shares the parsed tree among queries of one shape, whatever the literals', () => {
    const one = accepts("$filter=name eq 'one'&$expand=author")
    const two = accepts("$filter=name eq 'two'&$expand=author")
    expect(two.filter).toBe(one.filter)
    expect(two.expand).toBe(one.expand)
    expect(two.bind).toEqual({ p0: 'two' })
  })

  it('does not take one type or mode for another', () => {
    accepts("$filter=name eq 'x'&$select=pages")
    expect(() => readOptions(library, authorType, "$filter=name eq 'x'&$select=pages", list)).toThrow(
      "on type 'lib.author'",
    )
    accepts('$expand=sequels($skip=1)')
    refuses('$expand=sequels($skip=1)', '$skip', 'not allowed', { collection: true, strict: true })
  })

  it('tells shapes apart by the kinds of their literals', () => {
    expect(accepts("$filter=pages eq '1'").bind).toEqual({ p0: 1 })
    expect(accepts('$filter=pages eq 1').bind).toEqual({ p0: 1 })
    refuses('$filter=pages eq 2026-01-01', '$filter', 'at position 9')
  })

  it('puts parameter aliases in their places; one without a value is null', () => {
    expect(accepts("$filter=name eq @n and pages gt @p&@n='x'&@p=5").bind).toEqual({ p0: 'x', p1: 5 })
    expect(accepts("$filter=name eq @n or shelf eq @n&%40n='y'").bind).toEqual({ p0: 'y', p1: 'y' })
    expect(accepts('$filter=name eq @n').filter).toMatchObject({ op: 'same', right: { value: null } })
    expect(accepts('$filter=isLent eq @n&@n=true').filter).toMatchObject({ op: 'eq', right: { value: true } })
    expect(accepts("$expand=sequels($filter=name eq @n)&@n='x'").expand[0]?.options.bind).toEqual({ p0: 'x' })
    refuses("$filter=name eq 'x' and pages eq @n&@n='y'", '$filter', 'at position 25')
    refuses("$filter=name eq @n&@n='a'&@n='b'", '@n', 'more than once')
  })

  it('puts whole expressions in the places of aliases, which they cannot leave', () => {
    expect(accepts('$filter=name eq @n&@n=shelf').filter).toMatchObject({ op: 'same' })
    const filter = (query: string) => accepts(`$filter=${query}`).filter
    expect(filter('not @f&@f=pages gt 1 or isLent')).toEqual(filter('not (pages gt 1 or isLent)'))
    expect(filter('pages in @list&@list=[1,2]')).toEqual(filter('pages in (1,2)'))
    refuses("$filter=name eq @n&@n='a' or 1 eq 1", '$filter', "at position 8 in '$filter'")
    refuses("$filter=name eq @n&@n='a') or (true", '@n', "at position 3 in '@n': expected an operator or the end")
    refuses('$filter=name eq @n&@n=@m&@m=1', '@n', "position 0 in '@n': '@m' in the value")
    refuses('$filter=name eq @n&@n=', '@n', "position 0 in '@n'")
    refuses('$filter=name eq @n&@n=1 eq', '@n', "at position 4 in '@n'")
    const long = `@n&@n=${'pages add '.repeat(100)}1`
    refuses(`$filter=${'1 eq @n or '.repeat(60)}pages eq ${long}`, '$filter', 'too long a text')
  })

  it('knows aliases that are defined beside nested options between their parentheses only', () => {
    const bind = (query: string) => accepts(query).expand[0]?.options.bind
    expect(bind("$expand=sequels($filter=name eq @n;@n='x')&@n='y'")).toEqual({ p0: 'x' })
    expect(bind("$expand=sequels(@n='x';$filter=(name eq @n))")).toEqual({ p0: 'x' })
    const nested = accepts("$expand=sequels(@n='x';$expand=sequels($filter=name eq @n)),author&$filter=name eq @n")
    expect(nested.expand[0]?.options.expand[0]?.options.bind).toEqual({ p0: 'x' })
    expect(nested.filter).toMatchObject({ right: { value: null } })
    const own = "$expand=sequels(@n='x';$expand=sequels(@n='z';$filter=name eq @n);$filter=name eq @n)"
    expect(bind(own)).toEqual({ p1: 'x' })
    expect(accepts(own).expand[0]?.options.expand[0]?.options.bind).toEqual({ p0: 'z' })
    // The same shape with another value is another question.
    expect(bind(own.replace("'x'", "'w'"))).toEqual({ p1: 'w' })
    refuses('$expand=sequels($filter=name eq @n;@n=1;@n=2)', '$expand', "'@n' is given twice")
    refuses(`$expand=sequels($filter=${'('.repeat(70)}@n;@n=1)`, '$expand', 'nested more than 64 levels')
  })

  it.each<[string, string | undefined, string]>([
    ['$filter=%zz', undefined, 'malformed percent escape'],
    ['%zz=1', undefined, 'malformed percent escape'],
    ['$foo=1', '$foo', "'$foo' is not known"],
    ['$filter =true', '$filter', "at position 7 in '$filter': expected '='"],
    ['$top=1&top=2', '$top', 'more than once'],
    ['$Select=id&%24select=id', '$select', 'more than once'],
    ['$apply=x', '$apply', 'not supported'],
    ['$compute=x', '$compute', 'not supported'],
    ['index=1', '$index', 'not supported'],
    ['$deltatoken=x', '$deltatoken', 'not supported'],
    ['$levels=2', '$levels', 'not supported'],
    ['$format=xml', '$format', "expected 'json'"],
    ['$format=application/jsonx', '$format', "expected 'json'"],
    ['$count=yes', '$count', "'true' or 'false'"],
    ['$count', '$count', "at position 6 in '$count': expected '=' and a value"],
    ['$top=-1', '$top', 'whole number'],
    ['$top=1.5', '$top', 'whole number'],
    ['$top=1234567890', '$top', 'at most 9 digits'],
    ['$top=', '$top', 'whole number'],
    ['$skip=a', '$skip', 'whole number'],
    ['$skiptoken=', '$skiptoken', 'a token'],
    ['$filter=', '$filter', 'at position 0'],
    ['$orderby=', '$orderby', 'at position 0'],
    [`$filter=${'a'.repeat(8193)}`, '$filter', 'longer than 8192'],
    [`$search=${'a'.repeat(8193)}`, '$search', 'at most 8192'],
    [`x=${'a'.repeat(16384)}`, undefined, 'longer than 16384'],
    [Array.from({ length: 65 }, (_, index) => `@a${index}=1`).join('&'), undefined, 'more than 64 options'],
  ])('refuses %s', (query, target, message) => {
    refuses(query, target, message)
  })

  it('refuses $skip in strict mode with the words of Graph and an empty code', () => {
    const error = refuses('$skip=1', '$skip', 'The query specified in the URI is not valid.', {
      collection: true,
      strict: true,
    })
    expect(error.facts.code).toBe('')
    expect(error.message).toBe(
      "The query specified in the URI is not valid. Query option 'Skip' is not allowed. To allow it, set the 'AllowedQueryOptions' property on EnableQueryAttribute or QueryValidationSettings.",
    )
  })

  it('takes only $select, $expand and $format on one entity', () => {
    expect(accepts('$select=id&$expand=author&$format=json&custom=1', entity).select.names).toEqual(['id'])
    for (const option of ['filter', 'orderby', 'top', 'skip', 'count', 'search', 'skiptoken']) {
      refuses(`${option}=1`, `$${option}`, 'allowed on collections only', entity)
    }
  })

  it('survives more shapes than it keeps', () => {
    for (let size = 1; size <= 1200; size += 1) {
      expect(
        accepts(`$filter=name in (${"'x',".repeat(size % 60)}'x')&$expand=sequels($top=${size})`).expand[0]?.options
          .top,
      ).toBe(size)
    }
    expect(accepts('$expand=sequels($top=1)').expand[0]?.options.top).toBe(1)
  })

  it('takes a text that looks like the hole of a literal for what it is', () => {
    accepts("$filter=name eq 'x'")
    refuses("$filter=name eq'string'", '$filter', 'at position')
    refuses('$filter=name eq string', '$filter', "named 'string'")
    refuses('$filter=name eq \u0001string\u0002', '$filter', 'at position 8')
  })
})

describe('$search', () => {
  it.each<[string, string[]]>([
    ['word', ['word']],
    ['Two WORDS two', ['two', 'words']],
    ['one AND two', ['one', 'two']],
    ['"a phrase" more', ['a phrase', 'more']],
    ['"Größe: ÄRGER"', ['größe: ärger']],
    ["rock'n'roll", ["rock'n'roll"]],
    ['12:30', ['12:30']],
    ['((a) AND (b c))', ['a', 'b', 'c']],
    ['"AND" "a OR b"', ['and', 'a or b']],
  ])('reads %s', (text, words) => {
    const options = accepts(`$search=${encodeURIComponent(text)}`)
    expect(options.search).toBe(true)
    expect(JSON.parse(String(options.bind['search']))).toEqual([words.map((word) => `+${word}`)])
  })

  it.each<[string, string[][]]>([
    ['a OR b', [['+a'], ['+b']]],
    ['NOT b', [['-b']]],
    [
      'foo AND bar OR foo AND baz',
      [
        ['+foo', '+bar'],
        ['+foo', '+baz'],
      ],
    ],
    [
      'foo AND (bar OR baz)',
      [
        ['+foo', '+bar'],
        ['+foo', '+baz'],
      ],
    ],
    [
      '(foo OR that) bar NOT quux',
      [
        ['+foo', '+bar', '-quux'],
        ['+that', '+bar', '-quux'],
      ],
    ],
    ['NOT (blue green)', [['-blue'], ['-green']]],
    ['NOT (blue OR "dark green")', [['-blue', '-dark green']]],
    ['NOT NOT', [['-not']]],
    ['AND OR', [['+and', '+or']]],
    ['a or b', [['+a', '+or', '+b']]],
    ["'a (b'", [['+a (b']]],
  ])('reads %s', (text, ways) => {
    expect(JSON.parse(String(accepts(`$search=${encodeURIComponent(text)}`).bind['search']))).toEqual(ways)
  })

  it('is refused where there is nothing to look into', () => {
    expect(() => readOptions(library, authorType, '$search=x', { collection: true, strict: false })).toThrow(
      "'$search' is not supported on 'lib.author'.",
    )
  })

  it.each<[string, string]>([
    ['', 'at least one word'],
    ['() AND " "', 'at least one word'],
    ['a(b', "at position 1 in '$search'"],
    ['(a', "at position 2 in '$search': expected ')'"],
    ['a) b', "at position 1 in '$search'"],
    ['"a', "at position 2 in '$search': expected the closing quote of the phrase that starts at 0"],
    ['"a"b', "at position 3 in '$search'"],
    ['(a OR b) (a OR c) (a OR d) (a OR e) (a OR f) (a OR g) (a OR h)', 'more than 64 alternatives'],
    [`${'('.repeat(65)}a`, 'nested more than 64 levels'],
    ['"name:foo"', "'name:'"],
    ['Name:foo', "'Name:'"],
    [Array.from({ length: 33 }, (_, index) => `w${index}`).join(' '), 'more than 32 words'],
  ])('refuses %s', (text, message) => {
    refuses(`$search=${encodeURIComponent(text)}`, '$search', message)
  })
})
