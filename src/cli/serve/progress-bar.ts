/** How far long work is, for people who watch it: one line that is overwritten. */

const width = 30
const shownAfterMillis = 500
const redrawnAfterMillis = 100

export interface Progressing {
  readonly what: string
  readonly done: number
  readonly of: number
}

/** `at` undefined: the work is done, and the line is removed. */
export type Bar = (at: Progressing | undefined) => void

/** Made when a bar is shown: the data of a language take a tenth of a start to load. */
function thousands(number: number): string {
  return number.toLocaleString('en')
}

export function barText({ what, done, of }: Progressing): string {
  const filled = of === 0 ? width : Math.min(width, Math.round((done / of) * width))
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${what} ${thousands(done)} of ${thousands(of)}`
}

/** Only where `out` is a terminal; work that takes a moment shows nothing. `millis`: the time, such as `performance.now`. */
export function barOn(out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>, millis: () => number): Bar {
  const from = millis() + shownAfterMillis
  let next = from
  return (at) => {
    if (out.isTTY !== true) return
    const now = millis()
    if (at === undefined) {
      if (next > from) out.write('\r\x1b[K')
      return
    }
    if (now < next) return
    next = now + redrawnAfterMillis
    out.write(`\r\x1b[K${barText(at)}`)
  }
}
