import { afterEach, describe, expect, it, vi } from 'vitest'
import { hasTexts, keep, keepText, kept, keptList, keptText } from './kept.ts'

const memory = (): Storage => {
  const rows = new Map<string, string>()
  return {
    getItem: (name: string) => rows.get(name) ?? null,
    setItem: (name: string, text: string) => void rows.set(name, text),
    removeItem: (name: string) => void rows.delete(name),
  } as unknown as Storage
}
const refusing = new Proxy({} as Storage, {
  get: () => () => {
    throw new DOMException('refused', 'SecurityError')
  },
})

afterEach(() => vi.unstubAllGlobals())

describe('what a browser keeps', () => {
  it('is had again, by tab and by browser, and forgotten', () => {
    vi.stubGlobal('sessionStorage', memory())
    vi.stubGlobal('localStorage', memory())
    keep('tab', 'a', { b: 1 })
    keepText('browser', 'a', 'words')
    expect([kept('tab', 'a'), keptText('browser', 'a'), kept('browser', 'a')]).toEqual([{ b: 1 }, 'words', null])
    keep('tab', 'a', undefined)
    expect(keptText('tab', 'a')).toBeUndefined()
  })

  it('is nothing where storage is refused', () => {
    vi.stubGlobal('localStorage', refusing)
    keep('browser', 'a', 1)
    expect([kept('browser', 'a'), keptText('browser', 'a'), keptList('browser', 'a')]).toEqual([null, undefined, []])
  })

  it.each(['{}', 'null', '[null, 7, "x", {"name": 1}, {"name": "good", "at": {"id": "b"}}]'])(
    'of %s only what fits is taken',
    (text) => {
      vi.stubGlobal('localStorage', memory())
      keepText('browser', 'list', text)
      const good = text.startsWith('[') ? [{ name: 'good', at: { id: 'b' } }] : []
      expect(keptList('browser', 'list', 'name', 'at.id')).toEqual(good)
    },
  )

  it('is looked at member by member', () => {
    expect(hasTexts({ tenant: { id: 'a' } }, 'tenant.id')).toBe(true)
    expect([hasTexts({ tenant: {} }, 'tenant.id'), hasTexts({}, 'tenant.id'), hasTexts(null)]).toEqual([
      false,
      false,
      false,
    ])
  })
})
