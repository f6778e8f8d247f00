import { expect, it } from 'vitest'
import { bodyFault, draftIn, draftOf, firstDraft, partsOf, requestOf } from './draft.ts'

it('goes from a request to what is typed and back', () => {
  const request = {
    method: 'POST',
    version: 'beta',
    path: '/users',
    body: { displayName: 'Tara' },
    headers: { ConsistencyLevel: 'eventual' },
  } as const
  expect(requestOf(draftOf(request))).toEqual(request)
})

it('takes a pasted address apart', () => {
  expect(partsOf('https://graph.microsoft.com/v1.0/me?$select=id')).toEqual({ version: 'v1.0', path: '/me?$select=id' })
  expect(partsOf('/_relata/info')).toEqual({ version: '_relata', path: '/info' })
  expect(partsOf('/users')).toBeUndefined()
})

it('says what is wrong with a body', () => {
  expect(bodyFault({ ...firstDraft, method: 'POST', body: '{' })).toBeDefined()
  expect(bodyFault({ ...firstDraft, method: 'POST', body: ' ' })).toBeUndefined()
})

it('reads itself from the address', () => {
  expect(draftIn({ path: '/me', method: 'PATCH', v: 'beta' })).toMatchObject({
    path: '/me',
    method: 'PATCH',
    version: 'beta',
  })
  expect(draftIn({ path: '/me', method: 'NONE' })).toMatchObject({ method: 'GET', version: 'v1.0' })
  expect(draftIn({})).toBeUndefined()
})
