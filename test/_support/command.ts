/** A command in this process, with its output, which is not shown. */
import { vi } from 'vitest'
import { run } from '#cli/program.ts'

export interface CommandOutcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export async function relata(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  let [stdout, stderr] = ['', '']
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      stdout += text
      return true
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += text
      return true
    }),
  ]
  try {
    return { status: await run(args, environment), stdout, stderr }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
