/**
 * How a system is told to trust a certificate authority: the steps, by platform, for people to read and for us to run.
 * Knows the tools of the systems; runs nothing itself.
 */
import { X509Certificate } from 'node:crypto'
import { posix } from 'node:path'

export type TrustStep =
  | { readonly do: 'run'; readonly command: string; readonly args: readonly string[] }
  | { readonly do: 'copy'; readonly from: string; readonly to: string }
  | { readonly do: 'remove'; readonly path: string }

export interface TrustFacts {
  readonly platform: NodeJS.Platform
  /** File of the authority, absolute. */
  readonly caFile: string
  /** Its PEM. */
  readonly ca: string
  /** Home folder of the person. */
  readonly home: string
  /** Whether a file, a folder or (by its bare name) a program is there. */
  readonly has: (name: string) => boolean
}

export interface TrustPlan {
  /** What is told: `the certificates of Debian and its relatives`. */
  readonly store: string
  /** Only who administers the machine may. */
  readonly asRoot: boolean
  readonly install: readonly TrustStep[]
  readonly uninstall: readonly TrustStep[]
}

function run(command: string, ...args: readonly string[]): TrustStep {
  return { do: 'run', command, args }
}

/** The same authority has the same name each time, another one another. */
function nameOf(certificate: X509Certificate): string {
  return `relata-${certificate.fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase()}.crt`
}

interface Anchors {
  readonly store: string
  readonly folder: string
  readonly install: TrustStep
  readonly uninstall: TrustStep
  readonly tool: string
}

const anchors: readonly Anchors[] = [
  {
    store: 'the certificates of Debian and its derivatives',
    folder: '/usr/local/share/ca-certificates',
    tool: 'update-ca-certificates',
    install: run('update-ca-certificates'),
    // Only so it notices what is gone.
    uninstall: run('update-ca-certificates', '--fresh'),
  },
  {
    store: 'the certificates of Fedora and its derivatives',
    folder: '/etc/pki/ca-trust/source/anchors',
    tool: 'update-ca-trust',
    install: run('update-ca-trust', 'extract'),
    uninstall: run('update-ca-trust', 'extract'),
  },
]

function linux({ caFile, ca, has }: TrustFacts): TrustPlan | undefined {
  const found = anchors.find(({ folder, tool }) => has(folder) && has(tool))
  if (found !== undefined) {
    const { store, folder, install, uninstall } = found
    const to = posix.join(folder, nameOf(new X509Certificate(ca)))
    return {
      store,
      asRoot: true,
      install: [{ do: 'copy', from: caFile, to }, install],
      uninstall: [{ do: 'remove', path: to }, uninstall],
    }
  }
  if (!has('trust')) return undefined
  return {
    store: 'the certificates of p11-kit',
    asRoot: true,
    install: [run('trust', 'anchor', '--store', caFile)],
    uninstall: [run('trust', 'anchor', '--remove', caFile)],
  }
}

function mac({ caFile, ca, home }: TrustFacts): TrustPlan {
  const keychain = posix.join(home, 'Library/Keychains/login.keychain-db')
  const sha1 = new X509Certificate(ca).fingerprint.replaceAll(':', '')
  return {
    store: 'your login keychain',
    asRoot: false,
    install: [run('security', 'add-trusted-cert', '-r', 'trustRoot', '-k', keychain, caFile)],
    uninstall: [
      run('security', 'remove-trusted-cert', caFile),
      run('security', 'delete-certificate', '-Z', sha1, keychain),
    ],
  }
}

function windows({ caFile, ca }: TrustFacts): TrustPlan {
  return {
    store: 'the trusted roots of your account',
    asRoot: false,
    install: [run('certutil', '-user', '-addstore', 'Root', caFile)],
    uninstall: [run('certutil', '-user', '-delstore', 'Root', new X509Certificate(ca).serialNumber)],
  }
}

/** Undefined where it is not known how this system is told. */
export function trustPlan(facts: TrustFacts): TrustPlan | undefined {
  if (facts.platform === 'darwin') return mac(facts)
  if (facts.platform === 'win32') return windows(facts)
  return facts.platform === 'linux' ? linux(facts) : undefined
}

function quoted(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** A step as a person would type it. */
export function lineOf(step: TrustStep): string {
  if (step.do === 'run') return [step.command, ...step.args].map(quoted).join(' ')
  return step.do === 'copy' ? `cp ${quoted(step.from)} ${quoted(step.to)}` : `rm -f ${quoted(step.path)}`
}
