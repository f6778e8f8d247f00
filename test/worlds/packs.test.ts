/** The packs: what each has, and that the whole database of it is right. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { packNames } from '#app/seed/packs/packs.ts'
import { runCheck } from '#cli/data/upkeep.ts'

describe('a pack', () => {
  for (const name of packNames.filter((one) => one !== 'taxonomy-1m'))
    it(`${name}: fills a database in which the check finds no fault`, {
      tags: ['slow'],
      timeout: 180_000,
    }, async () => {
      const location = await mkdtemp(join(tmpdir(), 'relata-pack-'))
      try {
        const parts = await openParts({ ...defaultConfig, database: location, seed: [name] })
        await parts.close()
        expect(await runCheck({ ...defaultConfig, location })).toBe(0)
      } finally {
        await rm(location, { recursive: true, force: true })
      }
    })
})
