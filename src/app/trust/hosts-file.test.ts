import { describe, expect, it } from 'vitest'
import { hostLines, withBlock, withoutBlock } from './hosts-file.ts'

const names = ['graph.example', 'login.example']

describe('the block in a hosts file', () => {
  it.each([
    ['an empty file', ''],
    ['a usual one', '127.0.0.1 localhost\n::1 localhost\n'],
    ['one without a last newline', '127.0.0.1 localhost'],
    ['one of Windows', '# Copyright\r\n127.0.0.1 localhost\r\n'],
    ['one that speaks of us', '# relata is nice\n127.0.0.1 relata\n'],
  ])('comes into %s and leaves it as it was', (_, text) => {
    const applied = withBlock(text, names)
    for (const line of hostLines(names)) expect(applied.split(/\r?\n/)).toContain(line)
    expect(applied.startsWith(text)).toBe(true)
    expect(withBlock(applied, names)).toBe(applied)
    expect(withoutBlock(applied).trimEnd()).toBe(text.trimEnd())
    expect(applied.includes('\r\n')).toBe(text.includes('\r\n'))
  })

  it('is replaced where it stands in the middle, and nothing else is', () => {
    const text = `${withBlock('1.1.1.1 one\n', ['old.example'])}2.2.2.2 two\n`
    expect(withoutBlock(text)).toBe('1.1.1.1 one\n2.2.2.2 two\n')
    const applied = withBlock(text, names)
    expect(applied).not.toContain('old.example')
    expect(applied).toContain('1.1.1.1 one\n2.2.2.2 two\n')
  })
})
