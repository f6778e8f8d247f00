/** `npm test` with a project that does not exist. */
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { root } from './run-tool.ts'

it('says in one line which projects there are', () => {
  const args = ['scripts/with-node.js', 'scripts/test.js', '--project', 'nosuch']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toBe(
    "there is no project 'nosuch'; the projects are unit, sqlite, processes, pages, pages-postgres, witnesses, postgres, no-address-cache, partitions\n",
  )
})
