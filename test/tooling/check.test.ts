/** `npm run check` as tests: each tool must find nothing in the tree as it stands. */
import { describe, expect, it } from 'vitest'
import { checks } from '../../scripts/checks.js'
import { runTool } from './run-tool.ts'

describe('the tree passes', () => {
  it.each(checks)('%s', { timeout: 180_000 }, async (_, tool, args) => {
    const { code, output } = await runTool(tool, args)
    expect(code, output).toBe(0)
  })
})
