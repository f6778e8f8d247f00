/** Events to a receiver: deliveries.js and lag.js, in processes of their own, as they have nothing to be compared with. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const resultOf = (file, ...flags) => {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, [path, ...flags, '--json'], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

export const deliveriesPart = async (report, { postgres }) => {
  for (const form of ['webhook', 'partner-center']) {
    const { what, count, perSecond, cpu, goal, isWhole, verified, kept } = resultOf('deliveries.js', '--form', form)
    const signatures = verified === kept ? '' : `, ${verified} OF ${kept} SIGNATURES GOOD`
    report({
      what: `${count} events to ${what}`,
      ours: `${Math.round(perSecond)}/s${isWhole ? '' : ', NOT ALL SETTLED'}${signatures}`,
      cpu: String(Math.round(cpu)),
      goal: `≥ ${goal}/s`,
      isMet: isWhole && perSecond >= goal,
    })
  }
  const lags = [
    ['in its process', []],
    ['of another process, by NOTIFY', [await (await postgres()).schema()]],
  ]
  for (const [where, flags] of lags) {
    const { count, p50, p99, goal } = resultOf('lag.js', ...flags)
    report({
      what: `from a commit ${where} to its request, ${count} times`,
      ours: `${p50.toFixed(1)} ms`,
      p99: p99.toFixed(1),
      goal: `p99 ≤ ${goal} ms`,
      isMet: p99 <= goal,
    })
  }
}
