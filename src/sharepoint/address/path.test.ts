import { describe, expect, it } from 'vitest'
import { pathBelowStore } from './path.ts'
import { isSharePoint, storeIn, targetOf } from './target.ts'

const id = '8ED8C9EA-7052-4c1d-a4d7-b9c10bffea6f'

describe('the addresses of the endpoint', () => {
  it.each([
    ['/_api', '', ''],
    ['/_api/v2.1/termStore', '', '/v2.1/termStore'],
    ['/_API/contextinfo?x', '', '/contextinfo?x'],
    ['/sites/hr/_api/v2.0/termStore', 'sites/hr', '/v2.0/termStore'],
    ['/Teams/a/b/_api/x', 'Teams/a/b', '/x'],
    ['//sites//hr//_api/x', 'sites//hr', '/x'],
    ['/sites/hr/_api/v2.1/termStore/sites/x/_api/y', 'sites/hr', '/v2.1/termStore/sites/x/_api/y'],
  ])('%s', (raw, site, rest) => {
    expect(targetOf(raw)).toMatchObject({ site, rest })
    expect(isSharePoint(raw.replaceAll(/\/+/g, '/').replace(/\?.*/, ''))).toBe(true)
  })

  it.each(['/', '/v1.0/_api', '/_apis', '/sites/_api', '/sites/hr', '/_relata/_api', '/x/_api', '/sites/hr/_apix'])(
    '%s is none',
    (raw) => {
      expect(targetOf(raw)).toBeUndefined()
      expect(isSharePoint(raw)).toBe(false)
    },
  )

  it('have the term store in two versions', () => {
    expect(storeIn('/v2.1/TERMSTORE/sets')).toEqual({ path: '/v2.1/TERMSTORE', below: '/sets' })
    expect(storeIn('/v2.0/termStore?$select=id')?.below).toBe('?$select=id')
    for (const rest of ['', '/v2.2/termStore', '/v2.1/termStores', '/web', '/v2.1/sites/x/termStore'])
      expect(storeIn(rest), rest).toBeUndefined()
  })

  it('take long runs of slashes in time that grows with their length', () => {
    for (const raw of [`/sites${'/'.repeat(100_000)}`, `/sites/${'a/'.repeat(50_000)}`, '/'.repeat(100_000)])
      expect(isSharePoint(raw)).toBe(false)
  })
})

describe('a path below the term store', () => {
  it.each([
    ['', 'store', ''],
    ['/termGroups', 'group', '/groups'],
    [`/GROUPS('${id}')/termsets`, 'set', `/groups/${id}/sets`],
    [`/termSets/${id}/getlegacychildren()`, 'term', `/sets/${id}/children`],
    [`/sets('${id}')/terms('${id}')/terms`, 'term', `/sets/${id}/terms/${id}/children`],
    [`/sets/{${id}}`, 'set', `/sets/${id}`],
    [`/sets/%7B${id}%7D/`, 'set', `/sets/${id}`],
    [`//sets//${id}//children()`, 'term', `/sets/${id}/children`],
    [`/sets/${id}/terms/${id}/parent`, 'term', `/sets/${id}/terms/${id}`],
    [`/sets/${id}/relations/r!x/toTerm`, 'term', `/sets/${id}/relations/r!x/toTerm`],
    ["/sets('a''b')", 'set', "/sets/a'b"],
    ['/sets/..%2f..', 'set', '/sets/..%2F..'],
  ])('%s', (raw, kind, graph) => {
    expect(pathBelowStore(raw)).toMatchObject({ kind, graph })
  })

  it('says where its terms are looked at', () => {
    expect(pathBelowStore(`/sets/${id}/terms/${id}/children`).setId).toBe(id.toLowerCase())
    expect(pathBelowStore(`/terms/${id}/children`).setId).toBeUndefined()
    expect(pathBelowStore(`/sets/${id}/relations/r`).relationId).toBe('r')
  })

  it.each([
    '/nothing',
    '/sets/a/nothing',
    '/groups/a/terms',
    '/sets/a/parentGroup(b)',
    '/sets/a/getLegacyChildren/b',
    "/sets/a/getLegacyChildren('b')",
    '/sets/a/terms/b/parent/parent',
    '/sets()/a/b',
  ])('%s is not served', (raw) => {
    expect(() => pathBelowStore(raw)).toThrow(/Nothing is served/)
  })

  it('with a broken percent sequence is refused', () => {
    expect(() => pathBelowStore('/sets/%zz')).toThrow(/percent/)
  })
})
