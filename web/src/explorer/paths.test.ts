import { describe, expect, it } from 'vitest'
import { completions, isPermitted, operationOf, permissionsOf, templateOf } from './paths.ts'

const document = {
  paths: {
    '/termStore/groups': {
      get: { summary: 'list groups', security: [{ oauth2: ['TermStore.Read.All'] }, { oauth2: ['A', 'B'] }] },
    },
    '/termStore/groups/$count': { get: {} },
    '/termStore/groups/{group-id}': { get: {}, delete: {} },
    '/termStore/groups/{group-id}/sets': { get: {} },
    '/users': {
      get: {
        parameters: [
          { $ref: '#/components/parameters/top' },
          { name: 'asOf', in: 'query' },
          { name: 'x', in: 'header' },
        ],
      },
    },
  },
  components: { parameters: { top: { name: '$top', in: 'query' } } },
}

describe('addresses by the OpenAPI document', () => {
  it('finds the template, the one with fewer parameters first', () => {
    expect(templateOf(document, '/termStore/groups/$count')).toBe('/termStore/groups/$count')
    expect(templateOf(document, '/termstore/groups/abc?$select=id')).toBe('/termStore/groups/{group-id}')
    expect(templateOf(document, '/termStore/nothing')).toBeUndefined()
    expect(operationOf(document, 'POST', '/users')).toBeUndefined()
  })

  it('knows which permissions are enough', () => {
    const wanted = permissionsOf(operationOf(document, 'GET', '/termStore/groups') ?? {})
    expect(wanted).toEqual([['TermStore.Read.All'], ['A', 'B']])
    expect(isPermitted(wanted, ['A'])).toBe(false)
    expect(isPermitted(wanted, ['A', 'B'])).toBe(true)
    expect(isPermitted([], [])).toBe(true)
  })

  it('goes on one segment at a time and keeps ids that are typed', () => {
    expect(completions(document, '/ter')).toEqual(['/termStore'])
    expect(completions(document, '/termStore/')).toEqual(['/termStore/groups'])
    expect(completions(document, '/termStore/groups/abc')).toEqual(['/termStore/groups/abc/sets'])
    expect(completions(document, '/termStore/groups/abc/s')).toEqual(['/termStore/groups/abc/sets'])
    expect(completions(document, '/termStore/groups?')).toEqual([])
  })

  it('goes on with the options of the query that the operation takes', () => {
    expect(completions(document, '/users?')).toEqual(['/users?$top=', '/users?asOf='])
    expect(completions(document, '/users?$top=1&')).toEqual(['/users?$top=1&asOf='])
    expect(completions(document, '/users?$t')).toEqual(['/users?$top='])
    expect(completions(document, '/users?$top=1')).toEqual([])
    expect(completions(document, '/users?', 'POST')).toEqual([])
  })
})
