/** Starts the built program with exactly the settings of a manifest or a compose file. What they mount is in a folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../crash/built-server.ts'
import { imageFacts } from './image/dockerfile.ts'

export const readYaml = (path: string) => parse(readFileSync(join(root, 'deploy', path), 'utf8'))

/** `NAME=value` lines, as kustomize reads them. */
export const readEnv = (path: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(join(root, 'deploy', path), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

export interface Deployed {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Path in the container → content. */
  readonly files: Readonly<Record<string, string>>
  /** Empty folders. */
  readonly folders: readonly string[]
}

export interface Started {
  readonly port: number
  readonly out: () => string
  /** The exit code. */
  stop(): Promise<number | null>
}

const program = join(root, 'dist', 'bin', 'relata.js')

/** Paths in the container are below `folder`; nothing else is changed but the port, which is a free one. */
export const environmentOf = (deployed: Deployed, folder: string): Record<string, string> => {
  for (const path of deployed.folders) mkdirSync(join(folder, path), { recursive: true, mode: 0o700 })
  for (const [path, text] of Object.entries(deployed.files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { mode: 0o600 })
  }
  // It is in the image, and empty.
  const seeds = imageFacts.env['RELATA_SEED_FOLDER'] ?? ''
  mkdirSync(join(folder, seeds), { recursive: true })
  const mounted = [...Object.keys(deployed.files), ...deployed.folders, seeds]
  const moved = (value: string): string => (mounted.includes(value) ? join(folder, value) : value)
  const all = { ...imageFacts.env, ...deployed.env }
  for (const [name, value] of Object.entries(all))
    if (value.startsWith('/') && !mounted.includes(value)) throw new Error(`${name}: nothing is mounted at ${value}`)
  return {
    PATH: process.env['PATH'] ?? '',
    ...Object.fromEntries(Object.entries(all).map(([name, value]) => [name, moved(value)])),
    RELATA_PORT: '0',
  }
}

const running = new Set<ChildProcess>()
export const endStarted = (): void => {
  for (const child of running) child.kill('SIGKILL')
}

export const startDeployed = async (deployed: Deployed, folder: string): Promise<Started> => {
  const env = environmentOf(deployed, folder)
  const child = spawn(process.execPath, [program, ...deployed.args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let out = ''
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  const port = await new Promise<number>((resolve, reject) => {
    const read = (text: string): void => {
      out += text
      const found = /relata is ready on https:\/\/[^:"]+:(\d+)/.exec(out)?.[1]
      if (found !== undefined) resolve(Number(found))
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    ended.then((code) => reject(new Error(`it ended with ${code}: ${out}`)), reject)
  })
  return {
    port,
    out: () => out,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** Runs a command of the program in the same environment, as `kubectl exec` does. */
export const execDeployed = (
  deployed: Deployed,
  folder: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly text: string }> =>
  new Promise((resolve) => {
    const env = environmentOf(deployed, folder)
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    const read = (part: string): void => {
      text += part
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.on('close', (code) => resolve({ code, text }))
  })

export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A request over TLS to a server on this machine that has another name. */
export const ask = (
  port: number,
  host: string,
  path: string,
  {
    ca,
    headers = {},
    body,
  }: { readonly ca: string; readonly headers?: Record<string, string>; readonly body?: unknown },
): Promise<Got> =>
  new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const all = { host, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }
    request({ host: '127.0.0.1', port, path, ca, servername: host, method, headers: all, agent: false })
      .on('response', (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body))
  })
