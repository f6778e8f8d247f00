import { describe, expect, it } from 'vitest'
import { searchCallIn, writtenCall } from './search-call.ts'

const set = '8ed8c9ea-7052-4c1d-a4d7-b9c10bffea6f'

function labelIn(typed: string, after = '?$top=50'): string | undefined {
  return searchCallIn(`/searchTerm(label='${typed}',setId='${set}',languageTag='en-US')${after}`)?.label
}

describe('the text of searchTerm', () => {
  it.each([
    ["O'Brien", "O'Brien"],
    ["O''Brien", "O'Brien"],
    ['O%27%27Brien', "O'Brien"],
    ['a/b', 'a/b'],
    ['a//b', 'a//b'],
    ['R%20&%20D', 'R & D'],
    ['50%', '50%'],
    ['50%25', '50%'],
    ['%zz%41', '%zzA'],
    ["x,y','z", "x,y','z"],
    ['a (b)', 'a (b)'],
    ['a)', 'a)'],
    ['a)?b', 'a)?b'],
    ['%D0%9C%D0%BE', 'Мо'],
    ['%D0', '%D0'],
    ['a+b', 'a+b'],
    ['../..', '../..'],
    ['label=x', 'label=x'],
    ["searchTerm(label='x')", "searchTerm(label='x')"],
    ['', ''],
  ])('%s is %s', (typed, label) => {
    expect(labelIn(typed)).toBe(label)
    expect(labelIn(typed, '')).toBe(label)
  })

  it('with a question mark goes on in what browsers take for the query, where they encode quotes', () => {
    const call = searchCallIn(`/searchTerm(label='who?%27,setId=%27${set}%27)&$top=50&$select=id`)
    expect(call).toMatchObject({ label: 'who?', setId: set, query: '$top=50&$select=id' })
  })

  it('ends before the options, which may have parentheses', () => {
    const call = searchCallIn("/searchTerm(label='a')?$filter=(isDeprecated eq false)")
    expect(call).toMatchObject({ label: 'a', query: '$filter=(isDeprecated eq false)' })
    expect(searchCallIn("/searchTerm(label='a')?%24top=5")).toMatchObject({ label: 'a', query: '%24top=5' })
    expect(searchCallIn("/searchTerm(label='a')?top=5")).toMatchObject({ label: 'a', query: 'top=5' })
  })

  it('is found in any case and order of the parameters', () => {
    expect(searchCallIn(`/SEARCHTERM(SetID='${set}',stringmatchoption='ExactMatch',LABEL='a')`)).toMatchObject({
      label: 'a',
      setId: set,
      match: 'exact',
    })
    expect(searchCallIn('/searchTerm%28label=%27a%27%29?$top=1')).toMatchObject({ label: 'a', query: '$top=1' })
  })

  it('is everywhere where the ids are empty', () => {
    const none = '00000000-0000-0000-0000-000000000000'
    expect(searchCallIn(`/searchTerm(label='a',setId='',parentTermId='${none}')`)).toMatchObject({
      setId: undefined,
      parentTermId: undefined,
    })
  })

  it('is written again so that it reads the same', () => {
    for (const label of ["O'Brien", 'a/b?c=d&e', '50%', "x','y", ')?$top=1', '漢字']) {
      const call = searchCallIn(`/searchTerm(label='${encodeURIComponent(label).replaceAll("'", "''")}')?$top=1`)
      expect(call?.label).toBe(label)
      if (call !== undefined) expect(searchCallIn(`/${writtenCall(call)}?$top=1`)).toEqual(call)
    }
  })
})

describe('searchTerm is refused', () => {
  it.each([
    ['/searchTerm', /needs parameters/],
    ["/searchTerm(label='C", /%23/],
    ['/searchTerm()', /'label'/],
    [`/searchTerm(setId='${set}')`, /'label'/],
    ["/searchTerm(label='a',label='b')", /twice/],
    ["/searchTerm(word='a')", /no parameter/],
    ["/searchTerm(label='a',stringMatchOption='Contains')", /StartsWith or ExactMatch/],
  ])('%s', (below, why) => {
    expect(() => searchCallIn(below)).toThrow(why)
  })

  it('but other addresses are none', () => {
    for (const below of ['', '/sets', '/searchTerms', "/sets?$filter=x eq 'searchTerm('"])
      expect(searchCallIn(below)).toBeUndefined()
  })
})

it('a long text of any kind is read in time that grows with its length', () => {
  for (const piece of [')?$', "','", ',label=', '%41', '((', ')&$', "''"]) {
    const text = piece.repeat(20_000)
    try {
      searchCallIn(`/searchTerm(label='${text}')?$top=1`)
    } catch (error) {
      expect((error as Error).name).toBe('AppError')
    }
  }
})
