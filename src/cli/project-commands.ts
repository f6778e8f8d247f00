/** Commands about a project: its configuration file. */
import type { Command } from 'commander'
import { type Environment, type Flags, settings, variableOf } from '#app/config.ts'
import { addSettings, configFileFor, configFrom } from './command-settings.ts'

/** Variables that have an effect beside those of the settings; relata exec sets the others, for its command. */
const otherVariables = [
  ...['CONFIG', 'URL', 'WORLD', 'COPY_FROM', 'COPY_TO'],
  ...['GRAPH_URL', 'LOGIN_URL', 'TENANT', 'CUSTOMER', 'CLIENT_ID', 'SECRET', 'CA'],
].map((name) => `RELATA_${name}`)

function knownVariables(): ReadonlySet<string> {
  const own = Object.values(settings).map(variableOf)
  return new Set([...own, ...own.map((name) => `${name}_FILE`), ...otherVariables])
}

export function addProjectCommands(program: Command, environment: Environment, finish: (code: number) => void): void {
  program
    .command('init')
    .description('write relata.config.json, and add .relata/ to .gitignore')
    .option('--yaml', 'write relata.config.yaml')
    .action(async ({ yaml }: { yaml?: boolean }) => {
      const { runInit } = await import('./project/init.ts')
      await runInit(process.cwd(), yaml === true)
    })
  const config = program.command('config').description('check the configuration file, or print its JSON Schema')
  const validate = config
    .command('validate')
    .argument('[file]', 'another file than the one that is found')
    .description('check the configuration file, the variables and the flags, and list what is set where')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, { json, ...flags }: { json?: boolean } & Flags) => {
      const { validateConfig } = await import('./project/config.ts')
      const named = file === undefined ? flags : { ...flags, config: file }
      await validateConfig({ flags, environment, file: await configFileFor(named, environment) }, json === true)
    })
  addSettings(validate, Object.values(settings))
  config
    .command('schema')
    .description('print the JSON Schema of configuration files')
    .action(async () => {
      const { printConfigSchema } = await import('./project/config.ts')
      printConfigSchema()
    })
  const doctor = program
    .command('doctor')
    .description('look at what a server and its clients need on this machine; exits with 1 if something is bad')
    .option('--json', 'print JSON')
    .action(async ({ json, ...flags }: { json?: boolean } & Flags) => {
      const { examine } = await import('./project/doctor.ts')
      const config = await configFrom(flags, environment)
      finish(await examine({ config, environment, known: knownVariables(), isJson: json === true }))
    })
  addSettings(doctor, Object.values(settings))
}
