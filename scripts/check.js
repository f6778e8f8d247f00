/** `npm run check`: installs what the tools need and runs them until one finds something. `--write` formats instead. */
import { spawnSync } from 'node:child_process'
import { checks, tools } from './checks.js'
import { ensureInstalled, root } from './install.js'
import { stopping } from './prepare.js'

const formatting = [['format', 'biome', ['check', '--write', '.']]]

/** Exit code of the first tool that found something. */
function run(list) {
  for (const [, tool, args] of list) {
    const { status } = spawnSync(process.execPath, [tools[tool], ...args], { cwd: root, stdio: 'inherit' })
    if (status !== 0) return status ?? 1
  }
  return 0
}

const stop = await stopping(async () => {
  await ensureInstalled('test')
  await ensureInstalled('web')
})
process.exitCode = stop ?? run(process.argv.includes('--write') ? formatting : checks)
