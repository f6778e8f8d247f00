/** The signals that stop the server, and the exit code of each. */

const exitCodes = { SIGINT: 130, SIGTERM: 0 } as const
type Signal = keyof typeof exitCodes

export interface Signals {
  /** Resolves with the exit code. */
  readonly first: Promise<number>
  forget(): void
}

/** The caller acts on the first signal; the second one exits the process immediately. */
export function watchSignals(): Signals {
  let tell: (code: number) => void = () => undefined
  const first = new Promise<number>((resolve) => {
    tell = resolve
  })
  let seen = false
  const listeners = (Object.keys(exitCodes) as Signal[]).map((signal) => {
    const listener = (): void => {
      if (seen) process.exit(exitCodes[signal])
      seen = true
      tell(exitCodes[signal])
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return {
    first,
    forget: () => {
      for (const off of listeners) off()
    },
  }
}
