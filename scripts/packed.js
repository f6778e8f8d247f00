/** The package as npm has it: what of the manifest and of the README is for those who have no clone. */
import { leastNode } from './node-version.js'

/** Address of the repository, for a release; without it the package names none, as an address is not made up. */
export const repositoryVariable = 'RELATA_REPOSITORY'

const kept = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'type',
  'engines',
  'bin',
  'exports',
  'types',
  'files',
  'peerDependencies',
  'peerDependenciesMeta',
]

/** The manifest without what only a clone needs. `repository`: an address or undefined. */
export function packedManifest(manifest, repository) {
  const own = Object.fromEntries(kept.flatMap((name) => (name in manifest ? [[name, manifest[name]]] : [])))
  return repository === undefined ? own : { ...own, repository: { type: 'git', url: repository } }
}

/** `https://host/owner/name.git` → `https://host/owner/name` */
function pagesOf(repository) {
  return repository.replace(/^git\+/, '').replace(/\.git$/, '')
}

const linkForm = /\[([^\]]+)\]\((?![a-z]+:|#)([^)]+)\)/g

/** Below the title: what differs for those who have the package and no clone. */
const note = `
> This is the package. \`npx relata\` starts the server; where this page has \`npm start -- FLAGS\`, type \`npx relata FLAGS\`.
> Pages that are named without a link are in the repository.
`

/** What holds only in a clone, between comments that a reader of the page does not see. */
const cloneForm = /<!-- clone -->\n[\s\S]*?<!-- \/clone -->\n/g

const start = `\`\`\`sh
npx relata
\`\`\`

This serves \`https://localhost:4365\` with seeded tenants.
It needs Node ${leastNode.replace(/\.0$/, '')} or newer, and nothing else. Ctrl+C stops the server. Flags follow the name: \`npx relata --in-memory --port 4444\`.
\`npx relata start --help\` lists them; each is also an environment variable \`RELATA_…\`. \`npx relata --help\` lists the other commands.
`

/** Links to files of the repository lead there, or are plain text where nobody has said where it is. */
export function packedReadme(readme, repository) {
  return readme
    .replace(/^# .*\n/, `$&${note}`)
    .replace(cloneForm, () => start)
    .replace(/<!-- \/?parity -->\n/g, '')
    .replace(linkForm, (_, text, path) =>
      repository === undefined ? text : `[${text}](${pagesOf(repository)}/blob/HEAD/${path})`,
    )
}
