/** `relata exec -- CMD`: starts a server, runs a command that finds and trusts it, and ends as the command ends. */
import { startServer } from '#app/compose.ts'
import type { Config } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { codeOfSignal, passSignals } from './child.ts'
import { clientVariables, trustFiles } from './client-environment.ts'
import { askReady } from './self-request.ts'

export interface ExecWish {
  readonly command: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly isForAzure: boolean
}

/** A world that the caller's commands speak to: this server does not have it. */
const ofAnother = { RELATA_WORLD: undefined }

/** Resolves with the exit code of the command, when the server has stopped. */
export async function exec(config: Config, { command, environment, isForAzure }: ExecWish): Promise<number> {
  const signals = passSignals()
  try {
    const server = await startServer(config)
    const ca = server.certificates?.ca
    let remove: (() => void) | undefined
    try {
      await askReady(server.origin, config.host, ca)
      const early = signals.early()
      if (early !== undefined) return codeOfSignal(early)
      const trust = ca === undefined ? undefined : trustFiles(ca, environment)
      remove = trust?.remove
      const hasCredentials = !config.registry && server.parts.tenants.find(wellKnown.contoso) !== undefined
      const facts = { origin: server.origin, hasCredentials, isForAzure }
      const variables = { ...clientVariables(facts, environment), ...trust?.variables }
      return await signals.run(command, { ...environment, ...ofAnother, ...variables })
    } finally {
      await server.close()
      remove?.()
    }
  } finally {
    signals.forget()
  }
}
