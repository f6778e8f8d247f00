import { describe, expect, it } from 'vitest'
import { piecesOf, searchRequest } from './search.ts'

const marked = (label: string, asked: string): string =>
  piecesOf(label, asked)
    .map(({ text, isHit }) => (isHit ? `[${text}]` : text))
    .join('')

describe('a label with what was searched for', () => {
  it.each([
    ['Basil', 'bas', '[Bas]il'],
    ['Sweet basil', 'BAS', 'Sweet [bas]il'],
    ['Échalote', 'ech', '[Éch]alote'],
    ['Basil, Thai', 'thai bas', '[Bas]il, [Thai]'],
    ['Wild basil', 'asil', 'Wild b[asil]'],
    ['Basil', 'thyme', 'Basil'],
    ['Basil', '', 'Basil'],
    ['Groß', 'gros', '[Gro]ß'.replace('[Gro]', 'Gro')],
  ])('%s, asked for %s', (label, asked, shown) => {
    expect(marked(label, asked)).toBe(shown)
  })
})

it('asks for no age that is none', () => {
  expect(searchRequest({ q: 'a', modified: '1e12' }, undefined).body).not.toHaveProperty('modifiedSince')
  expect(searchRequest({ q: 'a', modified: '7' }, undefined).body).toHaveProperty('modifiedSince')
})
