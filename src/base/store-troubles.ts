/** Why a database cannot answer, in words, and what helps: for answers, for the log and for commands that end with it. */

export interface Trouble {
  readonly what: string
  /** What the client or the operator can do. */
  readonly cure: string
  /** It is the load or the request, and not the state of the database: the next request may be answered. */
  readonly isPassing?: true
}

const troubles: Readonly<Record<string, Trouble>> = {
  busy: { what: 'The database is busy.', cure: 'Try again.', isPassing: true },
  elsewhere: { what: 'Another process is writing in this tenant.', cure: 'Try again.', isPassing: true },
  closed: { what: 'The server is stopping.', cure: 'Try again.', isPassing: true },
  gone: { what: 'The client has closed the connection.', cure: 'Try again.', isPassing: true },
  timeout: {
    what: 'The database did not answer within the time limit of a request, and was stopped.',
    cure: 'Ask for less at once, or try again later.',
    isPassing: true,
  },
  readers: { what: 'No process could read for this request.', cure: 'Try again.', isPassing: true },
  locked: {
    what: 'A table or a row of the database is locked by another session.',
    cure: 'Try again, or end that session.',
    isPassing: true,
  },
  pool: {
    what: 'All connections of this server to the database are in use.',
    cure: 'Try again, or raise --database-connections.',
    isPassing: true,
  },
  commit: {
    what: 'The database failed during the commit, so it is not known whether the change was made.',
    cure: 'Read before you send it again.',
    isPassing: true,
  },
  connection: {
    what: 'The database cannot be reached.',
    cure: 'Start the database, or correct its address; requests are answered again as soon as it can be reached.',
  },
  silent: { what: 'The database does not answer.', cure: 'Look at the load and the log of the database.' },
  starting: { what: 'The database is starting or shutting down.', cure: 'Try again.' },
  standby: {
    what: 'The database server is a standby, which takes no writes.',
    cure: 'Promote it, or give the address of the primary.',
  },
  connections: {
    what: 'The database takes no more connections.',
    cure: 'Raise max_connections of PostgreSQL, or lower --database-connections of the servers.',
  },
  full: {
    what: 'The disk of the database is full; nothing of this request was stored.',
    cure: 'Free some space on the disk of the database.',
  },
  readOnly: {
    what: 'The database is read-only.',
    cure: 'Let the user of the server write to the file and its folder, or with PostgreSQL, to the database.',
  },
  storage: {
    what: 'The database cannot read or write its files.',
    cure: 'Check the disk, the rights to the files, and the log of the database.',
  },
  damaged: { what: 'The database is damaged.', cure: 'Stop the server, run relata check, and restore a backup.' },
  deleted: {
    what: 'The file of the database has been deleted while the server runs.',
    cure: 'Stop the server and restore a backup.',
  },
  replaced: {
    what: 'The file of the database has been replaced while the server runs.',
    cure: 'Restart the server.',
  },
  missing: {
    what: 'The database, its schema or one of its tables does not exist.',
    cure: 'Correct the address, or restore a backup and restart the server.',
  },
  denied: {
    what: 'The database refuses the user of this server, or denies it a right.',
    cure: 'Correct the user, the password or the rights of the user.',
  },
  certificate: {
    what: 'A TLS connection to the database cannot be made.',
    cure: 'Check sslmode and sslrootcert in its address, and the certificate of the database.',
  },
}

const unknown: Trouble = { what: 'The database cannot answer.', cure: 'Try again.' }

/** By the reason of a `StoreError` of kind `unavailable`. */
export function troubleOf(reason: string): Trouble {
  return Object.hasOwn(troubles, reason) ? (troubles[reason] ?? unknown) : unknown
}
