/** The figures of a drill as a page. */
import { cpus } from 'node:os'

export type Form = 'proxy' | 'list'

export interface Round {
  readonly form: Form
  readonly fault: string
  readonly seconds: number
  /** Whether another member is the primary at its end. */
  readonly moved: boolean
  readonly acknowledged: number
  /** Writes without an answer that says whether they were done, and which they turned out to be. */
  readonly unanswered: {
    readonly broken: number
    readonly unavailable: number
    readonly done: number
    readonly undone: number
  }
  readonly withoutRetryAfter: number
  readonly said: readonly (readonly [string, number])[]
  /** Any answer that is neither good nor 503. */
  readonly faults: readonly string[]
  readonly lost: readonly string[]
  readonly wrong: readonly string[]
  readonly checked: number
  readonly due: {
    readonly requests: number
    readonly fires: number
    readonly twice: readonly string[]
    readonly missed: readonly string[]
    readonly recordedTwice: readonly string[]
    readonly late: readonly number[]
  }
  /** Longest time without an acknowledged write, or a read, in milliseconds. */
  readonly writeGap: number
  readonly readGap: number
  readonly slowestWrite: number
  readonly slowestRead: number
  readonly readsRefused: number
}

const whats: Readonly<Record<string, string>> = {
  kill: 'PostgreSQL and Patroni of the primary killed (`kill -9`)',
  crash: 'PostgreSQL of the primary killed, Patroni goes on',
  switchover: 'switchover by Patroni',
  halt: 'primary stopped (`SIGSTOP`), let go on after the takeover',
  etcd: 'one of three etcd killed',
}
const formNames: Readonly<Record<Form, string>> = { proxy: 'HAProxy', list: '`db1,db2`' }

const seconds = (millis: number): string => (millis / 1000).toFixed(1)

const spread = (list: readonly number[]): string => {
  const sorted = [...list].sort((a, b) => a - b)
  const at = (part: number) => seconds(sorted[Math.floor((sorted.length - 1) * part)] ?? 0)
  return sorted.length === 1 ? at(0) : `${at(0)} / ${at(0.5)} / ${at(1)}`
}

const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0)

export const shownFigures = (rounds: readonly Round[]): { readonly text: string; readonly isGood: boolean } => {
  const keys = [...new Set(rounds.map(({ form, fault }) => `${form} ${fault}`))]
  const lines = keys.map((key) => {
    const [form, fault] = key.split(' ') as [Form, string]
    const these = rounds.filter((round) => round.form === form && round.fault === fault)
    return `| ${[
      formNames[form],
      whats[fault] ?? fault,
      these.length,
      spread(these.map(({ writeGap }) => writeGap)),
      spread(these.map(({ readGap }) => readGap)),
      spread(these.flatMap(({ due }) => due.late).filter((late) => late > 0)),
      sum(these.map(({ unanswered }) => unanswered.unavailable)),
    ].join(' | ')} |`
  })
  const count = (of: (round: Round) => number): number => sum(rounds.map(of))
  const bad = {
    'acknowledged writes lost': count(({ lost }) => lost.length),
    'rows that nobody asked for, or twice': count(({ wrong }) => wrong.length),
    'due entries fired twice': count(({ due }) => due.twice.length + due.recordedTwice.length),
    'due entries missed': count(({ due }) => due.missed.length),
    'answers other than the right one and 503': count(({ faults }) => faults.length),
    '503 without `Retry-After`': count(({ withoutRetryAfter }) => withoutRetryAfter),
  }
  const text = `# Figures of a drill

Written by \`node deploy/ha/drill.ts\`: ${rounds.length} rounds on one machine with ${cpus().length} cores, two nodes of Relata, eight clients that write and two that read.
Patroni as in \`patroni.yaml\`: \`ttl\` 20 s, \`loop_wait\` 5 s, \`synchronous_mode\`. Seconds are least / median / most.

| address | what happened | rounds | no write acknowledged, s | no read answered, s | due entries late, s | 503 to writes |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}

| over all rounds | |
| --- | --- |
| writes acknowledged | ${count(({ acknowledged }) => acknowledged)} |
| writes without a sure answer | ${count(({ unanswered }) => unanswered.done + unanswered.undone)}, of which carried out ${count(({ unanswered }) => unanswered.done)} |
| due entries fired | ${count(({ due }) => due.fires)} |
${Object.entries(bad)
  .map(([what, many]) => `| ${what} | **${many}** |`)
  .join('\n')}
| nodes that had to be started again | **0** |
`
  return { text, isGood: Object.values(bad).every((many) => many === 0) }
}
