/**
 * `npm run storm [-- --seed N] [ARGS FOR VITEST]`: the storms of test/crash/storms in their long form, and the other suites
 * of test/crash. A run with the seed of another one kills at the same places, as far as the machine is as fast.
 */
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { root } from './install.js'
import { prepare } from './prepare.js'

const given = process.argv.slice(2)
const at = given.indexOf('--seed')
const [, named] = at < 0 ? [] : given.splice(at, 2)
const seed = Number(named ?? randomInt(1, 1_000_000))
if (!Number.isInteger(seed) || seed < 1) {
  console.error('storm: --seed takes a positive whole number')
  process.exit(2)
}

if ((await prepare('test', true)) !== undefined) process.exit(1)
console.log(`storm: seed ${seed}; the same again: npm run storm -- --seed ${seed}`)
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const places = given.some((word) => word.startsWith('test/')) ? [] : ['test/crash']
const child = spawn(process.execPath, [vitest, 'run', '--project', 'processes', ...places, ...given], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, RELATA_STORM: 'long', RELATA_STORM_SEED: String(seed) },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('close', (code) => {
  console.log(`storm: seed ${seed}, ${code === 0 ? 'nothing lost' : 'failed'}`)
  process.exit(code ?? 1)
})
