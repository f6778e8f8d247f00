/** The items of the OData checklists → docs/conformance.md. */
import { items, levels } from './conformance-items.js'

const signs = { yes: 'yes', no: 'no' }
const cell = (text) => text.replaceAll('|', '\\|')

const row = ({ id, strength, asks, graph, state, we }) =>
  `| ${id.replace(/^.*-/, '')} | ${strength} | ${cell(asks)} | ${cell(graph)} | ${signs[state]} | ${cell(we)} |`

const head = '| item | | OData asks for | Graph | we | how |\n| --- | --- | --- | --- | --- | --- |'

const sectionOf = ({ id }) => (id.includes('-') ? id.replace(/-.*$/, '') : '')

const table = (section) => [head, ...items.filter((item) => sectionOf(item) === section).map(row)].join('\n')

const count = (state, strength) => items.filter((item) => item.state === state && item.strength === strength).length

export const conformancePage = () => {
  const parts = [
    '# Conformance with OData 4.01',
    'Drawn by `npm run emit` from `scripts/conformance-items.js`. Each line is a test of the same number in `test/reference/`, run against a model that is not Graph; a line that is no longer true fails the build. Items of a level that only repeat another level are left out.',
    `Of ${items.length} items ${items.filter(({ state }) => state === 'yes').length} are met. ${count('no', 'must')} that a level demands are not there: multipart batch and \`$compute\`. What is not there is refused with an error, never ignored.`,
    ...Object.entries(levels).flatMap(([section, title]) => [`## §${section} ${title}`, table(section)]),
    '## Beyond the protocol',
    table(''),
  ]
  return `${parts.join('\n\n')}\n`
}
