/** Which of several words what is typed stands for. */

/** Those that begin with it first. */
export function leading(options: readonly string[], typed: string): readonly string[] {
  const begins = (option: string): boolean => option.toLowerCase().startsWith(typed.toLowerCase())
  const whole = known(options, typed)
  const others = options.filter((option) => option !== whole)
  return [...(whole === undefined ? [] : [whole]), ...others.filter(begins), ...others.filter((one) => !begins(one))]
}

/** The one that is typed as a whole. */
export function known(options: readonly string[], typed: string): string | undefined {
  return options.find((option) => option.toLowerCase() === typed.toLowerCase())
}
