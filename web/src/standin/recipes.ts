/** The recipes of docs/clients.md (scripts/recipes.ts takes them out), for this server and this world. Pure. */
export interface Recipe {
  readonly id: string
  readonly title: string
  readonly blocks: readonly { readonly language: string; readonly text: string }[]
}

/** The address that the documentation has. */
const written = 'https://localhost:4365'

export interface Place {
  readonly origin: string
  readonly world: string
}

/** Shells can send the header of a world with each call; of other clients the page says it. */
export function filledIn(recipe: Recipe, { origin, world }: Place): Recipe {
  const { host } = new URL(origin)
  const header = world === 'default' || recipe.id !== 'curl' ? '' : ` -H 'relata-world: ${world}'`
  return {
    ...recipe,
    blocks: recipe.blocks.map(({ language, text }) => ({
      language,
      text: text
        .replaceAll(written, origin)
        .replaceAll(new URL(written).host, host)
        .replaceAll('curl -sS', `curl -sS${header}`),
    })),
  }
}

const comment: Readonly<Record<string, string>> = { sh: '#', python: '#', csharp: '//', ts: '//', go: '//', java: '//' }

const names: Readonly<Record<string, string>> = { sh: 'shell', ts: 'TypeScript', csharp: 'C#' }

/** All blocks as one text, with what belongs into a shell told from what is the program. */
export function wholeText({ blocks }: Recipe): string {
  const isMixed = new Set(blocks.map(({ language }) => language)).size > 1
  return blocks
    .map(({ language, text }) =>
      isMixed ? `${comment[language] ?? '#'} ${names[language] ?? language}\n${text}` : text,
    )
    .join('\n\n')
}
