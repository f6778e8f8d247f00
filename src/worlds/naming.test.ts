import { expect, it } from 'vitest'
import { worldNamed } from './naming.ts'

it.each([
  ['localhost:4365', 'default'],
  ['w.localhost', 'default'],
  ['terms.example', 'default'],
  ['aa.w.localhost', 'aa'],
  ['AA.W.Localhost:4365', 'aa'],
  ['aa.w.localhost.:4365', 'aa'],
  ['x.aa.w.localhost', 'x.aa'],
  ['a_a.w.localhost', 'a_a'],
])('the host %s names the world %s', (host, world) => {
  expect(worldNamed({ headers: { host }, url: '/v1.0' })).toBe(world)
  expect(worldNamed({ headers: { host: 'localhost' }, url: `http://${host}/v1.0` })).toBe(world)
  expect(worldNamed({ headers: { host, 'relata-world': ' BB ' } })).toBe('bb')
})
