/** Signals that stop the server, and the exit code each stands for. */

const exitCodes = { SIGINT: 130, SIGTERM: 0 } as const
type Signal = keyof typeof exitCodes

export interface Signals {
  /** Resolves with the exit code. */
  readonly first: Promise<number>
  forget(): void
}

/** The first signal is for the caller to act on; the second ends the process on the spot. */
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
