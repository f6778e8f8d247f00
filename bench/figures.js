/** Medians and ratios of runs, and what one row of the report has. */

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) / 2
  return ((sorted[Math.floor(at)] ?? 0) + (sorted[Math.ceil(at)] ?? 0)) / 2
}

/** Round by round, as sides that ran after one another saw the same machine. */
export const ratiosOf = (runs, others) => runs.map((run, at) => run / others[at])

/** { middle, least, most } */
export const spreadOf = (values) => ({ middle: median(values), least: Math.min(...values), most: Math.max(...values) })

const thousands = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
export const count = (value) => (value < 10 ? value.toFixed(1) : thousands.format(value))
export const times = ({ middle, least, most }) => {
  const digits = middle >= 20 ? 0 : 2
  return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}

/** Processor time of the servers, microseconds for one. */
export const cpuText = (ours, others) =>
  [ours, others].map((runs) => count(median(runs.map((run) => run.cpu)))).join(' / ')

/**
 * A row of rates: ours beside another's. `goal`: { least } of the ratio, and { p99 } in milliseconds where there is one.
 * @param {{what: string, beside: string, ours: object[], others: object[], goal?: {least: number, p99?: number}}} row
 */
export const rateRow = ({ what, beside, ours, others, goal }) => {
  const rates = (runs) => runs.map(({ perSecond }) => perSecond)
  const ratio = spreadOf(ratiosOf(rates(ours), rates(others)))
  const p99 = median(ours.map((run) => run.p99))
  return {
    what,
    ours: `${count(median(rates(ours)))}/s`,
    beside: `${beside} ${count(median(rates(others)))}/s`,
    ratio: times(ratio),
    p99: p99.toFixed(1),
    cpu: cpuText(ours, others),
    ...(goal === undefined
      ? {}
      : {
          goal: `≥ ${goal.least}${goal.p99 === undefined ? '' : `, p99 ≤ ${goal.p99} ms`}`,
          isMet: ratio.middle >= goal.least && p99 <= (goal.p99 ?? Number.POSITIVE_INFINITY),
        }),
  }
}

/** A row of times: how many times as long ours takes as the other. `most`: the goal. */
export const timeRow = ({ what, beside, ours, others, unit, most, ...more }) => {
  const ratio = spreadOf(ratiosOf(ours, others))
  return {
    what,
    ours: `${count(median(ours))} ${unit}`,
    beside: `${beside} ${count(median(others))} ${unit}`,
    ratio: times(ratio),
    ...more,
    ...(most === undefined ? {} : { goal: `≤ ${most}`, isMet: ratio.middle <= most }),
  }
}

/** A row that could not be measured: why. */
export const missingRow = (what, why, goal) => ({ what, ours: why, ...(goal === undefined ? {} : { goal }) })
