import { describe, expect, it } from 'vitest'
import { isOneService } from './service.ts'

describe('a plan is of the service', () => {
  it.each([
    ['https://localhost:4365', 'https://localhost:4365/'],
    ['https://localhost:4365', 'http://127.0.0.1:4365'],
    ['http://[::1]:4365', 'https://LOCALHOST:4365'],
    ['https://graph.microsoft.com/v1.0', 'https://graph.microsoft.com:443/v1.0/'],
    ['https://graph.microsoft.com/v1.0', 'https://graph.microsoft.com./beta'],
    ['http://localhost:4365', 'http://localhost:4365/v1.0'],
  ])('%s, and also %s', (one, other) => {
    expect([isOneService(one, other), isOneService(other, one)]).toEqual([true, true])
  })

  it.each([
    ['https://graph.microsoft.com/v1.0', 'http://localhost:4365'],
    ['https://graph.microsoft.com/v1.0', 'https://graph.microsoft.us/v1.0'],
    ['https://localhost:4365', 'https://localhost:4366'],
    ['https://localhost.example:4365', 'https://localhost:4365'],
    ['https://127.0.0.1.example:4365', 'https://127.0.0.1:4365'],
    ['http://relata.example', 'https://relata.example'],
    ['not an address', 'not an address'],
    ['', ''],
  ])('%s, and not %s', (one, other) => {
    expect([isOneService(one, other), isOneService(other, one)]).toEqual([false, false])
  })
})
