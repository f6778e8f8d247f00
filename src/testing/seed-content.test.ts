import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sentSeed } from './seed-content.ts'

const folder = mkdtempSync(join(tmpdir(), 'relata-seed-content-'))
const before = process.cwd()

beforeAll(() => {
  process.chdir(folder)
  mkdirSync('msp')
  writeFileSync('a.json', '{"tenants":[]}')
})
afterAll(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

it('takes a name for that of a pack, also where a folder has it', async () => {
  expect(await sentSeed('msp')).toBe('msp')
})

it('takes names and files that are separated by commas, alone or in a list', async () => {
  expect(await sentSeed('msp, a.json')).toEqual(['msp', { tenants: [] }])
  expect(await sentSeed(['a.json,empty', { tenants: [] }])).toEqual([{ tenants: [] }, 'empty', { tenants: [] }])
})
