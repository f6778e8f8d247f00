import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { migrations } from './all.ts'

/** By the name of the file. A line is added when a migration is released, and never changed after that. */
const released: Readonly<Record<string, string>> = {
  '0001-init': '866b2f39d95302a6878994b9a9328392d2bb21b4131ab3761d5c3387ea730413',
  '0002-members-and-roles': '900adbdcd6a8fa32883da6870fe605381dd47c13b4f2c3d72a73b74415f2ada5',
  '0003-who-changed-terms': '864d8f71e7388b5e4880b23db24534d7507e336b6013a766623d7af0358e9d97',
  '0004-outbox-in-order': 'efd5363208dfbc07016705e98b6aaff6db1115fd034671122b72d8e0653a3a23',
  '0005-history': 'd41dc96ed69f4a956c44e509f70646d7c25ecf20c9b5f2992e645538bb539ac2',
  '0006-label-words': '5c397a2ecae179ab162b3bf6d252241fff21d3fea67464b2b6cdf41d03b4f7e7',
}

it('are what they were when they were released, as databases have run them', () => {
  const digests = migrations.map((migration) => [
    `${String(migration.number).padStart(4, '0')}-${migration.name}`,
    createHash('sha256').update(JSON.stringify(migration)).digest('hex'),
  ])
  expect(Object.fromEntries(digests.slice(0, Object.keys(released).length))).toEqual(released)
})
