/** What falls due at one step of the clock: due.js, in a process of its own, as it has nothing to be compared with. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../due.js', import.meta.url))

export const duePart = async (report) => {
  const { stdout, stderr } = spawnSync(process.execPath, [file, '--json'], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  const { count, seconds, goalSeconds, isWhole, isOrdered } = JSON.parse(stdout)
  const faults = [...(isWhole ? [] : ['NOT ALL OF THEM']), ...(isOrdered ? [] : ['OUT OF ORDER'])]
  report({
    what: `${count} relationships expire at one step`,
    ours: [`${seconds.toFixed(2)} s`, ...faults].join(', '),
    goal: `≤ ${goalSeconds} s, in order`,
    isMet: faults.length === 0 && seconds <= goalSeconds,
  })
}
