/** Runs the program of a witness and reads the lines it prints. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Witness } from '../table.js'

/** A line of a program: what a step showed, or why it failed. */
export interface StepLine {
  readonly step: string
  readonly saw?: unknown
  readonly failed?: string
}

export interface ProgramEnd {
  readonly code: number | null
  readonly lines: readonly StepLine[]
  /** Everything else it printed. */
  readonly said: string
}

export const folderOf = ({ folder }: Witness): string => fileURLToPath(new URL(`../${folder}/`, import.meta.url))

/** Only this machine is reached, whatever this process was told. */
const withoutProxies = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(https?_proxy|all_proxy|node_options)$/i.test(name)),
  )

const lineOf = (text: string): StepLine | undefined => {
  if (!text.startsWith('{"step"')) return undefined
  return JSON.parse(text) as StepLine
}

/** `onStep` is called with each line when it is there. */
export const runProgram = (
  witness: Witness,
  environment: Readonly<Record<string, string>>,
  onStep: (line: StepLine) => void,
): Promise<ProgramEnd> =>
  new Promise((resolve, reject) => {
    const [command, ...args] = witness.command
    const cwd = folderOf(witness)
    // A path is one of the witness's folder, a name one of the machine or this very Node.
    const program = command === 'node' ? process.execPath : command
    const env = { ...withoutProxies(process.env), PYTHONUNBUFFERED: '1', ...environment }
    const child = spawn(program.includes('/') && command !== 'node' ? `${cwd}${program}` : program, args, { cwd, env })
    const lines: StepLine[] = []
    const said: string[] = []
    const timer = setTimeout(() => child.kill('SIGKILL'), 240_000)
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = lineOf(text)
      if (line === undefined) said.push(text)
      else {
        lines.push(line)
        onStep(line)
      }
    })
    createInterface({ input: child.stderr }).on('line', (text) => said.push(text))
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, lines, said: said.join('\n') })
    })
  })
