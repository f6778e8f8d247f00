import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { anyText } from '../../../test/_support/any-text.ts'
import { nextLink, readToken, writeToken } from './page.ts'

const secret = 'a secret of the server'
const positions = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null)), { maxLength: 5 })

function refuses(token: string, key = 'key', scope = 'tenant') {
  let caught: unknown
  try {
    readToken(secret, scope, key, token)
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(AppError)
  expect(caught).toMatchObject({ kind: 'invalid', facts: { target: '$skiptoken' } })
}

describe('the skip token', () => {
  it('gives back the position it was made from, in characters that need no escape', () => {
    fc.assert(
      fc.property(positions, fc.string(), fc.string(), (position, scope, key) => {
        const token = writeToken(secret, scope, key, position)
        expect(token).toMatch(/^[\w-]+$/)
        expect(readToken(secret, scope, key, token)).toEqual(position)
      }),
    )
  })

  it('is refused when anything in it was changed', () => {
    fc.assert(
      fc.property(positions, fc.nat(), fc.constantFrom(...'ABCxyz019-_='), (position, place, character) => {
        const token = writeToken(secret, 'tenant', 'key', position)
        const at = place % token.length
        fc.pre(token[at] !== character)
        refuses(`${token.slice(0, at)}${character}${token.slice(at + 1)}`)
        refuses(token.slice(0, at))
        refuses(token + character)
      }),
    )
  })

  it('is refused for another query, another scope and another secret', () => {
    const token = writeToken(secret, 'tenant', 'key', ['a', 1, null])
    refuses(token, 'other key')
    refuses(token, 'key', 'other tenant')
    refuses(writeToken('other secret', 'tenant', 'key', ['a']))
    refuses(writeToken(secret, 'ten', 'antkey', ['a']))
  })

  it.each(['', 'x', '!!!', 'a'.repeat(100)])('refuses %j', (token) => {
    refuses(token)
  })
})

describe('the next link', () => {
  const base = 'https://localhost:4365/v1.0/Things'

  it.each([
    [base, `${base}?$skiptoken=T`],
    [`${base}?`, `${base}?$skiptoken=T`],
    [`${base}?$top=2&custom=x`, `${base}?$top=2&custom=x&$skiptoken=T`],
    [`${base}?$skiptoken=old&$top=2`, `${base}?$top=2&$skiptoken=T`],
    [`${base}?$top=2&%24skipToken=old&skiptoken=x&%24%73kiptoken`, `${base}?$top=2&$skiptoken=T`],
    [`${base}?$filter=name+eq+'a%20b'`, `${base}?$filter=name+eq+'a%20b'&$skiptoken=T`],
    [`${base}?$filter=name eq '{b}'`, `${base}?$filter=name%20eq%20'%7Bb%7D'&$skiptoken=T`],
    [`${base}('ü')/x?q="<é>"\ud800`, `${base}('%C3%BC')/x?q=%22%3C%C3%A9%3E%22%EF%BF%BD&$skiptoken=T`],
    [`${base}?a=%zz`, `${base}?a=%zz&$skiptoken=T`],
  ])('of %s keeps what the caller wrote', (address, link) => {
    expect(nextLink(address, 'T')).toBe(link)
  })

  it('does not grow, however a client re-orders it', () => {
    const names = fc.constantFrom(
      '$top=2',
      '$select=id',
      "$filter=name eq 'x'",
      'custom=1',
      '$skiptoken=old',
      '%24skiptoken=old',
    )
    fc.assert(
      fc.property(fc.uniqueArray(names), fc.integer({ min: 0, max: 5 }), (parts, turn) => {
        const first = nextLink(`${base}?${parts.join('&')}`, 'T1')
        const options = first.slice(base.length + 1).split('&')
        const turned = [...options.slice(turn), ...options.slice(0, turn)]
        const second = nextLink(`${base}?${turned.join('&')}`, 'T2')
        expect(
          second
            .slice(base.length + 1)
            .split('&')
            .sort(),
        ).toEqual(options.map((option) => (option === '$skiptoken=T1' ? '$skiptoken=T2' : option)).sort())
        expect(nextLink(second, 'T2')).toBe(second)
      }),
    )
  })

  it('never holds a brace, a blank or a character outside ASCII', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(nextLink(`${base}?q=${text}`, 'T')).toMatch(/^[!-z|~]+$/)
      }),
    )
  })
})
