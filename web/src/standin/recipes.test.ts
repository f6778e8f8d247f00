import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recipesText } from '../../scripts/recipes.ts'
import { filledIn, type Recipe, wholeText } from './recipes.ts'

const folder = import.meta.dirname
const json = readFileSync(join(folder, 'recipes.json'), 'utf8')
const recipes = JSON.parse(json) as readonly Recipe[]
const markdown = readFileSync(join(folder, '..', '..', '..', 'docs', 'clients.md'), 'utf8')

describe('the recipes of the first page', () => {
  it('are those of docs/clients.md (npm run recipes in web/)', () => {
    expect(json).toBe(recipesText(markdown))
    expect(recipes.map(({ id }) => id)).toEqual(['curl', 'javascript', 'python', 'go', 'java', 'dotnet'])
  })

  it('name the address of this server, and nothing of another one', () => {
    for (const recipe of recipes) {
      const text = wholeText(filledIn(recipe, { origin: 'https://localhost:40727', world: 'default' }))
      expect(text, recipe.id).not.toMatch(/4365/)
      expect(text, recipe.id).not.toContain('relata-world')
    }
    expect(wholeText(filledIn(recipes[0] as Recipe, { origin: 'https://localhost:40727', world: 'w1' }))).toContain(
      "curl -sS -H 'relata-world: w1' --cacert",
    )
  })
})
