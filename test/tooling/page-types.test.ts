/** The types of the pages are those of the server's own documents. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './run-tool.ts'

it('are what `npm run types` writes in web/', { timeout: 60_000 }, ({ skip }) => {
  if (!existsSync(join(root, 'web', 'node_modules'))) skip('the packages of web/ are not installed')
  const args = ['--conditions=source', join('web', 'scripts', 'api-types.ts'), '--check']
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
