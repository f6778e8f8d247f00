import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import { authorType, bookType, library } from '../../../../test/_support/library-model.ts'
import { contextSelection, type ReadOptions, readOptions } from '../options.ts'

function read(query: string, type: EntityType = bookType, strict = false) {
  return readOptions(library, type, query, { collection: true, strict })
}

function accepts(query: string, context: string, type: EntityType = bookType): ReadOptions {
  const options = read(query, type)
  expect(contextSelection(options)).toBe(context)
  return options
}

function refuses(query: string, target: string, message: string, type: EntityType = bookType, strict = false) {
  let caught: unknown
  try {
    read(query, type, strict)
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(AppError)
  if (!(caught instanceof AppError)) return
  expect([caught.kind, caught.facts.target]).toEqual(['invalid', target])
  expect(caught.message).toContain(message)
}

function unknown(name: string, type: string) {
  return `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type '${type}'.`
}

describe('$select', () => {
  it.each<[string, string, EntityType?]>([
    ['$select=', ''],
    ['$select=id', '(id)'],
    ['$select=ID,Name', '(id,name)'],
    ['$select=id, name ,ID', '(id,name)'],
    ['$select=*', '(*)'],
    ['$select=*,shelf', '(*,shelf)'],
    ['$select=id,sequels,name', '(id,sequels,name)'],
    ['$select=author/name', '(author)'],
    ['$select=home/city', '(home/city)', authorType],
    ['$select=titles/tag', '(titles/tag)'],
  ])('takes %s', (query, context, type) => {
    accepts(query, context, type)
  })

  it('keeps properties and links apart, and knows when there is no selection', () => {
    expect(read('$select=*,id,Sequels,shelf,titles/tag').select).toEqual({
      default: false,
      star: true,
      names: ['id', 'shelf', 'titles'],
      trims: new Map(),
      casts: [],
      links: ['sequels'],
      written: ['*', 'id', 'sequels', 'shelf', 'titles/tag'],
    })
    expect(read('$top=1').select.default).toBe(true)
    expect(read('$select=').select.default).toBe(true)
  })

  it.each<[string, string]>([
    ['$select=colour', unknown('colour', 'lib.book')],
    ['$select=hidden', unknown('hidden', 'lib.book')],
    ['$select=secret', unknown('secret', 'lib.book')],
    ['$select=titles/colour', unknown('colour', 'lib.title')],
    ['$select=name/x', unknown('x', 'Edm.String')],
    ['$select=author/colour', unknown('colour', 'lib.author')],
    ['$select=author/born', unknown('born', 'lib.author')],
    ['$select=id,', 'at position 3'],
    ['$select=id name', 'at position 3'],
    ['$select=sequels($select=id)', 'options inside $select'],
    ['$select=@x', 'at position 0'],
    ['$select=lib.*', "'lib.*' in $select"],
    ['$select=lib.book/name/lib.book', "'lib.book' in $select"],
    ['$select=lib.author/name', "is no type derived from 'lib.book'"],
    ['$select=lib.book/colour', unknown('colour', 'lib.book')],
    ['$select=lib.book', "'lib.book' in $select"],
    ['$select=titles($top=5;$foo=1)', 'at position 14'],
  ])('refuses %s', (query, message) => {
    refuses(query, '$select', message)
  })
})

describe('$expand', () => {
  it.each<[string, string]>([
    ['$expand=', ''],
    ['$expand=author', '(author())'],
    ['$expand=Author,sequels', '(author(),sequels())'],
    ['$expand=author,author', '(author())'],
    ['$select=id,sequels&$expand=sequels', '(id,sequels,sequels())'],
    ['$expand=*', '(author(),publisher(),sequels(),prequel())'],
    ['$expand=sequels()', '(sequels())'],
    ['$expand=*/$ref', ''],
    ['$expand=Lib.Book/author', '(author())'],
    ['$expand=sequels/$REF,sequels/$ref', ''],
    ['$expand=sequels/$ref($filter=pages gt 3;orderby=name;top=1;skip=2;count=true;search=x)', ''],
    ['$expand=sequels/$count,sequels/$COUNT', ''],
    ['$expand=author,lib.book/sequels/lib.book/$count($filter=pages gt 3;search=x)', '(author())'],
    ['$expand=sequels(@c=15)', '(sequels())'],
    ['$expand=sequels/LIB.book($levels=2)', '(sequels+())'],
    ['$expand=sequels($select=id,titles)&$select=id', '(id,sequels(id,titles))'],
    ['expand=sequels(select=id;expand=author(select=home/city))', '(sequels(id,author(home/city)))'],
    ['$expand=sequels($levels=3)', '(sequels+())'],
    ['%24expand=sequels%28%24select%3Did%2Cname%29', '(sequels(id,name))'],
    ["$expand=sequels($filter=contains(name,'a;b)');$orderby=name desc)", '(sequels())'],
  ])('takes %s', (query, context) => {
    accepts(query, context)
  })

  it('reads nested options, each with the values of its own parameters', () => {
    const { expand, bind, filter } = read(
      "$expand=sequels($filter=name eq 'x';$orderby=pages desc;$top=0;$skip=5;$count=true;$search=two (words);" +
        "$expand=sequels($filter=pages gt 3)),author($expand=books($filter=name eq 'y'))&$filter=name eq 'z'",
    )
    const [sequels, author] = expand
    expect(bind).toEqual({ p0: 'z' })
    expect(filter).toMatchObject({ right: { name: 'p0' } })
    expect(sequels?.options).toMatchObject({
      bind: { p1: 'x', search: '[["+two","+words"]]' },
      filter: { op: 'eq', right: { op: 'param', name: 'p1' } },
      order: [{ descending: true }],
      top: 0,
      skip: 5,
      count: true,
      search: true,
      expand: [{ name: 'sequels', levels: 1, options: { bind: { p2: 3 } } }],
    })
    expect(author?.options).toMatchObject({ bind: {}, expand: [{ name: 'books', options: { bind: { p3: 'y' } } }] })
  })

  it('binds nested literals anew when the shape is known, and leaves the rest shared', () => {
    const first = read("$expand=author($expand=books($filter=name eq 'a';$top=3)),prequel")
    const second = read("$expand=author($expand=books($filter=name eq 'b';$top=3)),prequel")
    const third = read("$expand=author($expand=books($filter=name eq 'b';$top=4)),prequel")
    const inner = (options: ReadOptions) => options.expand[0]?.options.expand[0]?.options
    expect([inner(first)?.bind, inner(second)?.bind]).toEqual([{ p0: 'a' }, { p0: 'b' }])
    expect(inner(second)?.filter).toBe(inner(first)?.filter)
    expect(second.expand[1]).toBe(first.expand[1])
    expect(second.key).toBe(first.key)
    expect([inner(third)?.top, third.key === first.key]).toEqual([4, false])
  })

  it('does not mix up the words of nested searches', () => {
    const words = (text: string) => read(`$expand=sequels($search=${text};$top=2)`).expand[0]?.options.bind
    expect(words('year 2024')).toEqual({ search: '[["+year","+2024"]]' })
    expect(words('year 2025')).toEqual({ search: '[["+year","+2025"]]' })
    expect(words('a=b 1')).toEqual({ search: '[["+a=b","+1"]]' })
    expect(words('a=b 2')).toEqual({ search: '[["+a=b","+2"]]' })
  })

  it.each<[string, number]>([
    ['1', 1],
    ['7', 7],
    ['max', 7],
    ['MAX', 7],
  ])('takes $levels=%s', (text, levels) => {
    expect(read(`$expand=sequels($levels=${text})`).expand[0]?.levels).toBe(levels)
  })

  it('fits max into the levels that are left', () => {
    const { expand } = read('$expand=author($expand=books($expand=sequels($levels=max)))')
    expect(expand[0]?.options.expand[0]?.options.expand[0]?.levels).toBe(6)
  })

  it('takes 8 levels and refuses 9', () => {
    const nested = (levels: number): string => (levels === 1 ? 'sequels' : `sequels($expand=${nested(levels - 1)})`)
    accepts(`$expand=${nested(8)}`, '(sequels('.repeat(1) + 'sequels('.repeat(7) + ')'.repeat(9))
    refuses(`$expand=${nested(9)}`, '$expand', 'deeper than 8 levels')
    refuses('$expand=author($expand=books($expand=sequels($levels=7)))', '$expand', 'deeper than 8 levels')
  })

  it('refuses more than 64 expansions', () => {
    const four = 'author,publisher,sequels,prequel'
    const sixteen = `author($expand=books($expand=${four})),publisher($expand=books($expand=${four})),sequels($expand=${four}),prequel($expand=${four})`
    accepts(`$expand=${sixteen}`, contextSelection(read(`$expand=${sixteen}`)))
    const many = `author($expand=books($expand=${sixteen})),sequels($expand=${sixteen}),prequel($expand=${sixteen})`
    refuses(`$expand=${many}`, '$expand', 'expands more than 64 links')
  })

  it('keeps keys short however deep the nesting', () => {
    const nested = (levels: number): string =>
      levels === 0 ? "$filter=name eq 'x'" : `$filter=name eq 'x';$expand=sequels(${nested(levels - 1)})`
    expect(read(`$expand=sequels(${nested(7)})`).key.length).toBeLessThan(4000)
  })

  it.each<[string, string]>([
    ['$expand=parent', unknown('parent', 'lib.book')],
    ['$expand=secret', unknown('secret', 'lib.book')],
    ['$expand=author($select=colour)', unknown('colour', 'lib.author')],
    ['$expand=author($expand=colour)', unknown('colour', 'lib.author')],
    ["$expand=sequels($filter=colour eq 'x')", "Could not find a property named 'colour' on type 'lib.book'."],
    ['$expand=name', "Property 'name' on type 'lib.book' is not a navigation property"],
    ['$expand=sequels/lib.author', "'lib.author' at position 8 is no type derived from 'lib.book'"],
    ['$expand=lib.author/books', "'lib.author' at position 0 is no type derived from 'lib.book'"],
    ['$expand=sequels/lib.book/author', "write 'sequels($expand=…)'"],
    ['$expand=sequels/$ref,sequels', "'sequels' is expanded twice in different ways"],
    ['$expand=author/$ref($top=1)', "$top on 'author', which leads to one row"],
    ['$expand=sequels/$ref($select=id)', 'at position 13'],
    ['$expand=sequels/$ref($expand=author)', 'at position 13'],
    ['$expand=author/$count', "at position 7 in '$expand': $count of 'author', which leads to one row"],
    ['$expand=sequels/$count,sequels', "'sequels' is expanded twice in different ways"],
    ['$expand=sequels/$count($top=1)', 'at position 15'],
    ['$expand=sequels(@c=)', 'at position 11'],
    ['$expand=sequels($filter=name eq @c;@c=1 or)', 'at position 34'],
    ['$expand=author/books', "write 'author($expand=…)'"],
    ['$expand=*/$count', "anything but '/$ref' after '*'"],
    ['$expand=*/author', "anything but '/$ref' after '*'"],
    ['$expand=*($levels=2)', "anything but '/$ref' after '*'"],
    ['$expand=author,', 'at position 7'],
    ['$expand=sequels($levels=04)', 'at position 16'],
    ['$expand=sequels/$ref($levels=4)', 'at position 13'],
    ['$expand=sequels/$count($count=true)', 'at position 15'],
    ['$expand=@lib.note', "the annotation '@lib.note'"],
    ['$expand=$value', "'$value' in $expand"],
    ['$expand=sequels($search=gr(een)', 'at position 18'],
    ['$expand=author author', 'at position 7'],
    ['$expand=author(', 'at position 7'],
    ['$expand=sequels($top=5', 'at position 14'],
    ['$expand=sequels($top)', 'at position 12'],
    ['$expand=sequels($top=-5)', 'at position 13'],
    ['$expand=sequels($top=1.5)', 'at position 13'],
    ['$expand=sequels($top=1234567890)', 'at position 13'],
    ['$expand=sequels($count=maybe)', 'at position 15'],
    ['$expand=sequels($top=1;top=2)', "at position 15 in '$expand': 'top' is given twice"],
    ['$expand=sequels($format=json)', 'may stand inside $expand'],
    ['$expand=sequels(constructor=1)', 'may stand inside $expand'],
    ['$expand=sequels($levels=0)', 'at position 16'],
    ['$expand=sequels($levels=04)', 'at position 16'],
    ['$expand=sequels($levels=8)', 'more than 7 levels'],
    ['$expand=author($levels=2)', "$levels on 'author'"],
    ['$expand=author($top=2)', "$top on 'author', which leads to one row"],
    ["$expand=author($filter=name eq 'x')", "$filter on 'author', which leads to one row"],
    ['$expand=sequels($search=)', 'at least one word'],
    ['$expand=sequels($select=id),sequels', "'sequels' is expanded twice"],
    ['$expand=sequels($orderby=name up)', "expected ';' or ')'"],
  ])('refuses %s', (query, message) => {
    refuses(query, '$expand', message)
  })

  it('refuses $skip inside it in strict mode', () => {
    refuses('$expand=sequels($skip=1)', '$skip', "Query option 'Skip' is not allowed", bookType, true)
  })
})
