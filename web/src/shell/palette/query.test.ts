import { describe, expect, it } from 'vitest'
import { fitsWords, matchedParts, pastedId, queryOf } from './query.ts'

const one = '01a22b2c-5d2a-7001-a537-8ddea65e07fe'

describe('what is typed into the palette', () => {
  it('is narrowed by its first sign', () => {
    expect(queryOf('> freeze')).toEqual({ scope: 'commands', text: 'freeze' })
    expect(queryOf('#')).toEqual({ scope: 'ids', text: '' })
    expect(queryOf('@ta')).toEqual({ scope: 'people', text: 'ta' })
    expect(queryOf('a > b')).toEqual({ scope: 'all', text: 'a > b' })
  })

  it('is an id of one of three kinds, whatever stands around it', () => {
    expect(pastedId(` {${one.toUpperCase()}} `)).toEqual({ kind: 'guid', id: one })
    expect(pastedId(`"${one}"`)).toEqual({ kind: 'guid', id: one })
    expect(pastedId(`${one}-${one}`)).toEqual({ kind: 'relationship', id: `${one}-${one}` })
    expect(pastedId('r!Lz1-x_9')).toEqual({ kind: 'relation', id: 'r!Lz1-x_9' })
    expect(pastedId('basil')).toBeUndefined()
    expect(pastedId(`${one}x`)).toBeUndefined()
  })

  it('is bold where it matches', () => {
    expect(matchedParts('Sweet basil', 'BAS')).toEqual([
      { text: 'Sweet ', isMatch: false },
      { text: 'bas', isMatch: true },
      { text: 'il', isMatch: false },
    ])
    expect(matchedParts('Basil', 'x')).toEqual([{ text: 'Basil', isMatch: false }])
  })

  it('fits with all its words', () => {
    expect(fitsWords('Request a relationship', 'relation req')).toBe(true)
    expect(fitsWords('Request a relationship', 'relation x')).toBe(false)
  })
})
