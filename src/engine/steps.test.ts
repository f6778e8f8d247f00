import { describe, expect, it } from 'vitest'
import { resolvePath } from '#odata/url/path.ts'
import { models } from '#workloads/models.ts'
import type { PlainRequest } from './request.ts'
import { type Letter, letterOf, steps } from './steps.ts'

const letters: readonly Letter[] = ['G', 'L', 'N', 'C', 'U', 'D', 'F', 'A']
const namesFor = (letter: Letter) => steps.filter((step) => step[2].includes(letter)).map(([name]) => name)

const letterFor = (method: string, path: string): Letter =>
  letterOf({ method } as PlainRequest, resolvePath(models.beta, path, false, ''))

describe('the steps of a request', () => {
  it('have names that tell them apart, good for a header', () => {
    const names = steps.map(([name]) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z]+$/)
  })

  it('name a letter in its own column', () => {
    for (const [name, , taken] of steps) {
      expect([name, taken.length]).toEqual([name, letters.length])
      for (const [at, letter] of [...taken].entries())
        expect([name, ['-', letters[at]]]).toEqual([name, expect.arrayContaining([letter])])
    }
  })

  it('end with one that is for one kind of request only', () => {
    const last = { G: 'get', L: 'list', N: 'count', C: 'create', U: 'update', D: 'delete', F: 'function', A: 'action' }
    for (const letter of letters) expect(namesFor(letter).at(-1)).toBe(last[letter])
    for (const name of Object.values(last))
      expect(letters.filter((letter) => namesFor(letter).includes(name))).toHaveLength(1)
  })

  it('ask for permission before anything of a row or a body is read', () => {
    for (const letter of letters) {
      const names = namesFor(letter)
      for (const later of ['due', 'body', names.at(-1) ?? ''])
        if (names.includes(later)) expect(names.indexOf('permission')).toBeLessThan(names.indexOf(later))
    }
  })
})

describe('the letter of a request', () => {
  const set = '/termStore/sets/8ed8c9ea-7052-4c1d-a4d7-b9c10bffea6f'
  it.each<[string, string, Letter]>([
    ['GET', set, 'G'],
    ['GET', `${set}/children`, 'L'],
    ['GET', `${set}/children/$count`, 'N'],
    ['GET', `${set}/description`, 'G'],
    ['POST', `${set}/children`, 'C'],
    ['PATCH', set, 'U'],
    ['PUT', `${set}/description`, 'U'],
    ['DELETE', set, 'D'],
    ['DELETE', `${set}/description`, 'D'],
    ['GET', '/groups/x/members/$ref', 'L'],
    ['POST', '/groups/x/members/$ref', 'C'],
    ['DELETE', '/groups/x/members/y/$ref', 'D'],
    ['QUERY', set, 'U'],
  ])('of %s %s is %s', (method, path, letter) => {
    expect(letterFor(method, path)).toBe(letter)
  })
})
