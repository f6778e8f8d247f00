import { expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { checkAddress, mayConnect } from './check-address.ts'
import type { AddressPolicy } from './policy.ts'

const registry: AddressPolicy = { isRegistry: true, ports: [], allow: [] }
const standIn: AddressPolicy = { ...registry, isRegistry: false }

function refusalOf(url: string, policy: AddressPolicy): string | undefined {
  try {
    checkAddress(url, policy, 'url')
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect([error.kind, error.facts.target]).toEqual(['invalid', 'url'])
    return error.message
  }
}

it.each([
  ...['https://0x7f.1/', 'https://2130706433/', 'https://10.0.0.1./', 'https://[::ffff:10.0.0.1]/'],
  ...['https://[::127.0.0.1]/', 'https://localhost./', 'http://example.org/', 'https://u:p@example.org/'],
  ...['https://127.1/', 'https://0177.0.0.1/', 'https://[::1]/', 'https://[fe80::1]/', 'https://[64:ff9b::a00:1]/'],
  'https://[::ffff:0:10.0.0.1]/',
  ...[
    'https://169.254.169.254/latest',
    'https://168.63.129.16/',
    'https://hooks/',
    'https://a.internal/',
    'https://printer.local./x',
  ],
  ...['https://a.localhost/', 'https://example.org:8443/', 'https://example.org/#part', 'https://example.org/#'],
  ...['ftp://example.org/', 'example.org', '/hook', '', ' https://example.org/', 'https://example.org/a b'],
  `https://example.org/${'a'.repeat(2_030)}`,
])('refuses %s in a registry', (url) => {
  expect(refusalOf(url, registry)).toContain(`'url' is not an address that may be called: `)
})

it('takes public addresses in a registry, and what is allowed by network, by name and by port', () => {
  const policy = {
    isRegistry: true,
    ports: [8_443],
    allow: ['10.20.0.0/16', 'hooks.corp.example', '*.in.example', 'fd00::/8'],
  }
  const taken = [
    ...['https://example.org/hook?a=%20&b', 'https://example.org:443/', 'https://8.8.8.8/', 'https://[2606:4700::1]/'],
    ...['https://example.org:8443/', 'https://10.20.3.4/', 'https://[::ffff:10.20.3.4]/', 'https://[fd00::1]/'],
    ...['https://hooks.corp.example/', 'https://HOOKS.corp.example./', 'https://a.in.example/'],
  ]
  expect(taken.map((url) => refusalOf(url, policy))).toEqual(taken.map(() => undefined))
  expect(refusalOf('https://10.21.0.1/', policy)).toBeDefined()
})

it('takes http to this machine in a stand-in, to others https only', () => {
  const taken = ['http://localhost:9000/a', 'http://127.0.0.1:1/', 'http://[::1]:9/', 'http://x.localhost/']
  const secure = ['https://10.0.0.1/', 'https://receiver:8443/']
  expect([...taken, ...secure].map((url) => refusalOf(url, standIn))).toEqual(Array(6).fill(undefined))
  const refused = ['http://10.0.0.1/', 'http://receiver:8080/', 'http://example.org/', 'http://u@localhost/']
  for (const url of refused) expect(refusalOf(url, standIn)).toBeDefined()
  expect(refusalOf('http://receiver:8080/', { ...standIn, allow: ['receiver'] })).toBeUndefined()
})

it('connects only where each address of a name may be called', () => {
  const to = (host: string, addresses: string[], policy = registry) =>
    mayConnect({ host, isSecure: true, addresses }, policy)
  expect(to('a.example', ['93.184.216.34', '2606:4700::1'])).toBe(true)
  expect(to('a.example', ['93.184.216.34', '10.0.0.1'])).toBe(false)
  expect(to('a.example', ['::ffff:127.0.0.1'])).toBe(false)
  expect(to('a.example', [])).toBe(false)
  expect(to('a.example', ['10.0.0.1'], { ...registry, allow: ['a.example'] })).toBe(true)
  expect(to('a.example', ['10.0.0.1'], { ...registry, allow: ['10.0.0.0/8'] })).toBe(true)
  expect(mayConnect({ host: 'localhost', isSecure: false, addresses: ['10.0.0.1'] }, standIn)).toBe(false)
  expect(mayConnect({ host: 'localhost', isSecure: false, addresses: ['::1', '127.0.0.1'] }, standIn)).toBe(true)
})
