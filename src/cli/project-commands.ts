/** Commands about a project: its configuration file. */
import type { Command } from 'commander'
import { type Environment, type Flags, settings } from '#app/config.ts'
import { addSettings, configFileFor } from './command-settings.ts'

export function addProjectCommands(program: Command, environment: Environment): void {
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
      validateConfig({ flags, environment, file: await configFileFor(named, environment) }, json === true)
    })
  addSettings(validate, Object.values(settings))
  config
    .command('schema')
    .description('print the JSON Schema of configuration files')
    .action(async () => {
      const { printConfigSchema } = await import('./project/config.ts')
      printConfigSchema()
    })
}
