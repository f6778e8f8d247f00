import { expect, it } from 'vitest'
import { splitFilter } from './server-query.ts'

const all = (text: string) => splitFilter({ text, show: 'all' })

it('leaves to the server what it reads as the page does, and keeps the rest', () => {
  expect(all('status:4xx,503 method:post path:/v1.0/** fault:*')).toEqual({
    query: { status: '4xx,503', method: 'post', path: '/v1.0/**', fault: '*' },
    rest: [],
  })
  expect(all('-path:$metadata client:hugo basil id:01a2 check:access fault:busy')).toEqual({
    query: {},
    rest: ['-path:$metadata', 'client:hugo', 'basil', 'id:01a2', 'check:access', 'fault:busy'],
  })
  expect(all('client:4e1a7a00-0000-4000-8000-00000000a99d').rest).toEqual([])
})

it('keeps what the server would refuse, as while somebody types', () => {
  expect(all('status:4').query).toEqual({})
  expect(all('status:9xx method:p*').query).toEqual({})
  expect(all(`path:/${'*/'.repeat(40)}`).query).toEqual({})
})

it('gives the first of two to the server, and what is chosen where nothing narrower is typed', () => {
  expect(all('status:403 status:4xx')).toEqual({ query: { status: '403' }, rest: ['status:4xx'] })
  expect(splitFilter({ text: '', show: 'failed' }).query).toEqual({ status: '0,4xx,5xx' })
  expect(splitFilter({ text: 'status:2xx', show: 'failed' }).query).toEqual({ status: '2xx' })
  expect(splitFilter({ text: '', show: 'faults' }).query).toEqual({ fault: '*' })
})
