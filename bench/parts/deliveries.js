/** Events to a receiver: deliveries.js, in processes of its own, as it has nothing to be compared with. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../deliveries.js', import.meta.url))

export const deliveriesPart = async (report) => {
  const { stdout, stderr } = spawnSync(process.execPath, [file, '--json'], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  const { count, perSecond, goal, isWhole } = JSON.parse(stdout)
  report({
    what: `${count} events delivered to a webhook`,
    ours: `${Math.round(perSecond)}/s${isWhole ? '' : ', NOT ALL SETTLED'}`,
    goal: `≥ ${goal}/s`,
    isMet: isWhole && perSecond >= goal,
  })
}
