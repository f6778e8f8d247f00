/** `npm run check` as tests: each tool must find nothing in the tree as it stands. */
import { describe, expect, it } from 'vitest'
import { runTool, type tools } from './run-tool.ts'

const checks: readonly [string, keyof typeof tools, readonly string[]][] = [
  ['types', 'tsc', ['--noEmit']],
  ['format and lint', 'biome', ['ci', '--error-on-warnings', '--max-diagnostics=100', '.']],
  ['dead files, exports and dependencies', 'knip', ['-t', 'tsconfig.build.json', '--no-progress']],
  ['floors, circles, sizes and words', 'house', []],
]

describe('the tree passes', () => {
  it.each(checks)('%s', { timeout: 180_000 }, async (_, tool, args) => {
    const { code, output } = await runTool(tool, args)
    expect(code, output).toBe(0)
  })
})
