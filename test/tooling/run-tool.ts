/** Runs one of the project's tools as a person would, in a folder of choice. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { tools } from '../../scripts/checks.js'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface ToolRun {
  readonly code: number
  /** Both streams, in the order they came. */
  readonly output: string
}

export const runTool = (tool: keyof typeof tools, args: readonly string[], folder: string = root): Promise<ToolRun> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tools[tool], ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
