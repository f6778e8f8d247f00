/** Events to a receiver: deliveries.js, in processes of its own, as it has nothing to be compared with. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../deliveries.js', import.meta.url))

export const deliveriesPart = async (report) => {
  for (const form of ['webhook', 'partner-center']) {
    const { stdout, stderr } = spawnSync(process.execPath, [file, '--form', form, '--json'], { encoding: 'utf8' })
    if (stdout === '') throw new Error(stderr)
    const { what, count, perSecond, cpu, goal, isWhole, verified, kept } = JSON.parse(stdout)
    const signatures = verified === kept ? '' : `, ${verified} OF ${kept} SIGNATURES GOOD`
    report({
      what: `${count} events to ${what}`,
      ours: `${Math.round(perSecond)}/s, ${Math.round(cpu)} µs of processor each${isWhole ? '' : ', NOT ALL SETTLED'}${signatures}`,
      goal: `≥ ${goal}/s`,
      isMet: isWhole && perSecond >= goal,
    })
  }
}
