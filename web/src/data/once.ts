/** One press, one act: what is pressed again before its work has ended does nothing. */
export type Once = <Result>(work: () => Promise<Result>) => Promise<Result | undefined>

/** `onBusy` is told when work begins and ends. Undefined: it was not done, as other work of it goes on. */
export function oneAtATime(onBusy?: (isBusy: boolean) => void): Once {
  let isBusy = false
  return async (work) => {
    if (isBusy) return undefined
    isBusy = true
    onBusy?.(true)
    try {
      return await work()
    } finally {
      isBusy = false
      onBusy?.(false)
    }
  }
}
