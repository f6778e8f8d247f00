/** The tables of docs/cli.md, out of the commands and the settings themselves. */
import type { Command, Option } from 'commander'
import { optionOf, settings, variableOf } from '#app/config.ts'
import type { Setting } from '#base/setting.ts'
import { programOf } from './program.ts'

/** Flags that many commands have, which the page describes once. */
const shared = /^(?:-c, --config|--url|--world|--json)\b/

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** Angle brackets outside of code would be HTML. */
function prose(text: string): string {
  return cell(text).replace(/<([^>]*)>/g, '&lt;$1&gt;')
}

/** Other commands may have a flag of the same name that means something of their own. */
function isSetting({ flags, description }: Option): boolean {
  return Object.values(settings).some(
    (entry: Setting) =>
      (entry.flags === flags && description.includes(`[${variableOf(entry)}`)) || entry.hidden === flags,
  )
}

function ownFlags({ options }: Command): string {
  return options
    .filter((option) => !shared.test(option.flags) && !isSetting(option))
    .map(({ flags }) => `\`${cell(flags)}\``)
    .join(', ')
}

function argumentsOf({ registeredArguments }: Command): string {
  return registeredArguments
    .map((one) => {
      const name = `${one.name()}${one.variadic ? '...' : ''}`
      return one.required ? ` <${name}>` : ` [${name}]`
    })
    .join('')
}

interface Leaf {
  readonly words: string
  readonly command: Command
}

function leavesOf(command: Command, before: string): Leaf[] {
  return command.commands.flatMap((one) => {
    const words = `${before} ${one.name()}`
    const own = one.commands.length === 0 || one.registeredArguments.length > 0 || ownActs.has(words)
    return [...(own ? [{ words, command: one }] : []), ...leavesOf(one, words)]
  })
}

/** Commands that do something themselves, though they have others below them. */
const ownActs: ReadonlySet<string> = new Set(['relata migrate'])

function everyCommand(): Leaf[] {
  const program = programOf('', {}, () => undefined)
  return leavesOf(program, 'relata').sort((one, other) => (one.words < other.words ? -1 : 1))
}

/** `relata snapshot save <name>`, what it does, and the flags that it alone has. */
export function commandTable(): string {
  const rows = everyCommand().map(({ words, command }) => {
    const usage = command.name() === 'exec' ? 'relata exec -- <command...>' : `${words}${argumentsOf(command)}`
    return `| \`${cell(usage)}\` | ${prose(command.description())} | ${ownFlags(command)} |`
  })
  return ['| command | what it does | flags of its own |', '| --- | --- | --- |', ...rows].join('\n')
}

function initialOf({ initial }: Setting): string {
  if (initial === undefined || initial === false || (Array.isArray(initial) && initial.length === 0)) return ''
  return `\`${String(initial)}\``
}

/** Each setting by its flag, its variable and its name in the configuration file. */
export function settingTable(): string {
  const rows = Object.values(settings).map((entry: Setting) => {
    const { flags, doc } = entry
    return `| \`${cell(flags)}\` | \`${variableOf(entry)}\` | \`${optionOf(flags)}\` | ${initialOf(entry)} | ${prose(doc)} |`
  })
  return [
    '| flag | variable | in the file | default | what it does |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

/** The page with both tables between their marks. */
export function withReference(page: string): string {
  const between = (text: string, mark: string, table: string): string =>
    text.replace(
      new RegExp(`(<!-- ${mark} -->\\n)[\\s\\S]*?(<!-- /${mark} -->)`),
      (_, begin, end) => `${begin}\n${table}\n\n${end}`,
    )
  return between(between(page, 'commands', commandTable()), 'settings', settingTable())
}
