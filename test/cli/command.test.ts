/** The command as a person or a script meets it: what it prints, and what it exits with. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { run } from '#cli/program.ts'
import { catchPrinted, clearOut, err, out } from '../_support/printed.ts'

let location: string
catchPrinted()
beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), 'relata-command-'))
})
afterEach(async () => {
  await rm(location, { recursive: true, force: true })
})

const readyForm = /relata is ready on (https?:\/\/localhost:(\d+))/

/** Runs `relata start` until it is ready, then `work`, then the signal; the exit code. */
const whileRunning = async (
  args: readonly string[],
  work: (origin: string, port: string) => Promise<void>,
  signal: 'SIGINT' | 'SIGTERM' = 'SIGTERM',
): Promise<number> => {
  const ended = run(['--port', '0', '--location', location, ...args], {})
  await vi.waitFor(() => expect(out + err).toMatch(readyForm), { timeout: 15_000, interval: 20 })
  const [, origin = '', port = ''] = readyForm.exec(out) ?? []
  try {
    await work(origin, port)
  } finally {
    process.emit(signal, signal)
  }
  return ended
}

describe('relata start', () => {
  it('prints where everything is, ends with the ready line, and goes on SIGTERM with 0', async () => {
    const code = await whileRunning(['--log-level', 'warn'], async (origin) => {
      const lines = out.trimEnd().split('\n')
      expect(lines.at(-1)).toBe(`relata is ready on ${origin}`)
      for (const text of [
        wellKnown.contoso,
        wellKnown.daemon,
        wellKnown.secret,
        `${origin}/v1.0`,
        join(location, 'ca.pem'),
      ])
        expect(out).toContain(text)
      expect(out).not.toContain('\u001b')
    })
    expect(code).toBe(0)
    expect(err).toBe('')
  })

  it('goes on SIGINT with 130, silent but for the ready line', async () => {
    const code = await whileRunning(
      ['--silent', '--in-memory', '--http-only', '--seed', 'none'],
      async (origin) => {
        expect(origin).toMatch(/^http:/)
        expect((await fetch(`${origin.replace('localhost', '127.0.0.1')}/nothing`)).status).toBe(404)
      },
      'SIGINT',
    )
    expect(code).toBe(130)
    expect(out).toMatch(/^relata is ready on http:\/\/localhost:\d+\n$/)
  })

  it('speaks JSON lines', async () => {
    await whileRunning(['--output', 'json', '--in-memory'], async (origin) => {
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(lines[0]).toMatchObject({ msg: 'started', address: origin })
      expect(lines.at(-1)).toMatchObject({ msg: `relata is ready on ${origin}` })
    })
  })

  it('says what to do when the port is taken', async () => {
    const blocker = createServer()
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port))
    })
    expect(await run(['start', '-p', String(port), '--in-memory', '-l', location], {})).toBe(1)
    expect(err).toContain(String(port))
    expect(err).toContain('--port 0')
    await new Promise((resolve) => blocker.close(resolve))
  })

  it('gives a token to relata token', async () => {
    await whileRunning(['--in-memory', '--log-level', 'error'], async (_, port) => {
      clearOut()
      expect(await run(['token', '--tenant', 'fabrikam.example'], { RELATA_PORT: port })).toBe(0)
      const claims = JSON.parse(Buffer.from(out.split('.')[1] ?? '', 'base64url').toString())
      expect(claims).toMatchObject({ tid: wellKnown.fabrikam, appid: wellKnown.daemon })
      clearOut()
      const person = ['--user', 'tara@contoso.example', '--scope', 'TermStore.Read.All', '--scope', 'User.Read']
      expect(await run(['token', ...person, '-p', port], {})).toBe(0)
      expect(JSON.parse(Buffer.from(out.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({
        tid: wellKnown.contoso,
        upn: 'tara@contoso.example',
        scp: expect.stringContaining('TermStore.Read.All'),
      })
      expect(await run(['token', '--app', 'x', '-p', port], {})).toBe(1)
      expect(err).toContain('AADSTS700016')
    })
  })

  it('has none for it as a registry, and relata token says so', async () => {
    await whileRunning(['--in-memory', '--registry', '--http-only'], async (_, port) => {
      expect(await run(['token', '-p', port], {})).toBe(1)
      expect(err).toContain('signs nobody in, as it is a registry')
      expect(out + err).toContain('--registry has no issuer, so no token is accepted')
    })
  })
})

describe('relata', () => {
  it.each([['version'], ['--version'], ['-V']])('%s prints the version', async (word) => {
    expect(await run([word], {})).toBe(0)
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('start --help names every flag with its variable', async () => {
    expect(await run(['start', '--help'], {})).toBe(0)
    for (const text of ['--port <number>', 'RELATA_IN_MEMORY', '--relation-create-status', '4365'])
      expect(out).toContain(text)
    expect(out).not.toContain('inMemoryPersistence')
  })

  it.each([
    [['--foo'], {}, "unknown option '--foo'"],
    [['start', '--frob=1'], {}, '--frob'],
    [['frobnicate'], {}, 'frobnicate'],
    [['--port'], {}, '--port'],
    [['--port', 'x', '--seed', 'y'], {}, '--seed'],
    [[], { RELATA_OUTPUT: 'xml' }, 'RELATA_OUTPUT'],
    [['migrate', 'draft'], {}, 'name'],
    [['migrate', 'draft', '../x'], {}, 'kebab-case'],
  ])('%j is wrong usage', async (args, environment, named) => {
    expect(await run(args, environment)).toBe(2)
    expect(err).toContain(named)
  })

  it('fails on a certificate it cannot use', async () => {
    expect(await run(['--cert', 'nowhere.pem', '--key', 'nowhere.key', '-l', location], {})).toBe(1)
    expect(err).toContain('nowhere.pem')
  })
})
