/** The contract of the store on PostgreSQL, as it is and with its tables spread by tenant. */
import { openStore } from '#store/store.ts'
import { freshPostgres } from '../_support/database.ts'
import { describeStore } from '../store/contract.ts'
import { libraryMigrations, libraryModels } from '../store/library.ts'

const options = { models: libraryModels, migrations: libraryMigrations, location: undefined }

describeStore('PostgreSQL', async () => openStore({ ...options, url: await freshPostgres() }))
describeStore('PostgreSQL, each table in four', async () =>
  openStore({ ...options, url: await freshPostgres(), partitions: 4 }),
)
