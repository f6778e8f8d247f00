/** `relata trust`, `cert-path` and `hosts`: they make a machine trust Relata's certificates and reach it by Microsoft's host names. */
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { Config } from '#app/config.ts'
import { loadCertificates } from '#app/trust/certificates.ts'
import { hostLines, withBlock, withoutBlock } from '#app/trust/hosts-file.ts'
import { readIfThere } from '#app/trust/private-files.ts'
import { signerHost, transparentHosts } from '#app/trust/transparent.ts'
import { lineOf, type TrustPlan, type TrustStep, trustPlan } from '#app/trust/trust-plan.ts'
import { systemClock } from '#base/clock.ts'

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** The certificate authority; created where there is none, as the first start does. */
async function authorityOf({
  location,
  host,
  cert,
  transparent,
  certificateNames,
}: Config): Promise<{ caFile: string; ca: string }> {
  if (cert !== undefined) throw new Error('with --cert there is no authority of Relata to trust')
  const caFile = resolve(location, 'ca.pem')
  const known = await readIfThere(caFile)
  if (known !== undefined) return { ca: known, caFile }
  const { ca } = await loadCertificates({
    location,
    inMemory: false,
    host,
    transparent,
    certificateNames,
    now: systemClock.now(),
  })
  if (ca === undefined) throw new Error(`no authority could be made in ${location}`)
  return { ca, caFile }
}

/** For other programs: `NODE_EXTRA_CA_CERTS=$(relata cert-path)`. */
export async function printCertPath(config: Config): Promise<void> {
  say((await authorityOf(config)).caFile)
}

function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function runProgram(command: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit'] })
    child.on('error', (error) => fail(new Error(`${command} could not be run: ${error.message}`)))
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`${command} ended with ${code ?? 'a signal'}`))))
  })
}

async function take(step: TrustStep): Promise<void> {
  if (step.do === 'run') return runProgram(step.command, step.args)
  return step.do === 'copy' ? copyFile(step.from, step.to) : rm(step.path, { force: true })
}

export interface TrustWish {
  readonly uninstall: boolean
  /** Only prints what would be done. */
  readonly print: boolean
}

export interface Machine {
  readonly platform: NodeJS.Platform
  /** Prefix of every absolute path; empty but in tests. */
  readonly root: string
  /** Whether this process may change files of the system. */
  readonly isRoot: boolean
}

function thisMachine(): Machine {
  return { platform: process.platform, root: '', isRoot: process.getuid?.() === 0 }
}

function under(root: string, step: TrustStep): TrustStep {
  if (step.do === 'copy') return { ...step, to: root + step.to }
  return step.do === 'remove' ? { ...step, path: root + step.path } : step
}

const others = `Not changed: Firefox, Java and, on Linux, Chromium, which have stores of their own (import the file there), and Node,
unless it runs with --use-system-ca or with NODE_EXTRA_CA_CERTS=`

function planFor(machine: Machine, caFile: string, ca: string): TrustPlan {
  const { platform, root } = machine
  const has = (name: string): boolean => (name.startsWith('/') ? existsSync(root + name) : isProgram(name))
  const plan = trustPlan({ platform, caFile, ca, home: homedir(), has })
  if (plan === undefined)
    throw new Error(`Relata does not know how to make this system trust an authority; the certificate is ${caFile}`)
  return plan
}

/** Prints each step before it runs. Never asks for higher privileges. */
export async function runTrust(config: Config, wish: TrustWish, machine: Machine = thisMachine()): Promise<void> {
  const { ca, caFile } = await authorityOf(config)
  const plan = planFor(machine, caFile, ca)
  const steps = (wish.uninstall ? plan.uninstall : plan.install).map((step) => under(machine.root, step))
  say(
    `${wish.uninstall ? 'removes the local authority from' : 'makes'} ${plan.store}${wish.uninstall ? '' : ' trust the local authority'}:`,
  )
  for (const step of steps) say(`  ${lineOf(step)}`)
  if (wish.print) return
  if (plan.asRoot && !machine.isRoot)
    throw new Error('this needs root, so nothing was changed\ntip: run these lines, or relata trust, with sudo')
  for (const step of steps) await take(step)
  say('done')
  if (!wish.uninstall) say(`${others}${caFile}`)
}

export interface HostsWish {
  readonly apply: boolean
  readonly remove: boolean
  /** With the host of the certificates of webhooks. */
  readonly signer: boolean
  readonly file: string | undefined
}

function hostsFile(): string {
  return process.platform === 'win32'
    ? join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts'
}

/** Without an option it only prints the lines. Writes in place: the file may be a mount of a container. */
export async function runHosts({ apply, remove, signer, file = hostsFile() }: HostsWish): Promise<void> {
  const hosts = signer ? [...transparentHosts, signerHost] : transparentHosts
  if (!apply && !remove) {
    for (const line of hostLines(hosts)) say(line)
    return
  }
  const before = await readFile(file, 'utf8')
  const after = apply ? withBlock(before, hosts) : withoutBlock(before)
  if (after === before) {
    say(`${file} has the right lines already`)
    return
  }
  await writeFile(file, after).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error
    throw new Error(`${file} is not writable, so nothing was changed\ntip: run relata hosts as an administrator`)
  })
  say(`${apply ? 'added the lines to' : 'removed the lines from'} ${file}`)
}
