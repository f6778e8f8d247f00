/**
 * The calls that a recipe makes, for "run it here": the same ones, in the name of the same application. Recipes that only make
 * a client have none. Pure.
 */
import { graph, type RequestPlan } from '../../data/plan.ts'
import type { Acting } from '../../data/session.ts'

interface WithId {
  readonly id?: string
}

/** Ids of what the calls before it have made, by their names. */
type Made = Readonly<Record<string, string>>

export interface RecipeCall {
  /** For the calls after it; absent: it makes nothing. */
  readonly name?: string
  readonly plan: (made: Made) => RequestPlan<WithId>
}

const store = '/sites/root/termStore'

/** The application of the default seed in whose name the recipes call. */
export const recipeCaller: Acting = {
  tenant: { id: 'c0117050-0000-4000-8000-000000000001', name: 'Contoso', domain: 'contoso.example' },
  caller: { kind: 'app', id: '4e1a7a00-0000-4000-8000-00000000a99d', name: 'Relata daemon' },
}

const newGroup = (displayName: string): RecipeCall => ({
  name: 'group',
  plan: () => graph('POST', `${store}/groups`, { body: { displayName } }),
})

function newSet(name: string): RecipeCall {
  const localizedNames = [{ languageTag: 'en-US', name }]
  return {
    name,
    plan: ({ group }) => graph('POST', `${store}/sets`, { body: { parentGroup: { id: group }, localizedNames } }),
  }
}

/** `mark`: so that each run has names of its own. */
const calls: Readonly<Record<string, (mark: string) => readonly RecipeCall[]>> = {
  curl: (mark) => [newGroup(`curl ${mark}`)],
  python: (mark) => [
    newGroup(`Python ${mark}`),
    newSet('Herbs'),
    newSet('Menu'),
    {
      name: 'Basil',
      plan: ({ Herbs }) =>
        graph('POST', `${store}/sets/${Herbs}/children`, {
          body: { labels: [{ languageTag: 'en-US', name: 'Basil', isDefault: true }] },
        }),
    },
    {
      plan: ({ Herbs, Basil, Menu }) =>
        graph('POST', `${store}/sets/${Herbs}/terms/${Basil}/relations`, {
          body: { relationship: 'pin', set: { id: Menu } },
        }),
    },
  ],
  dotnet: () => [{ plan: () => graph('GET', `${store}/groups`) }],
}

/** Undefined: the recipe calls nothing. */
export function callsOf(recipeId: string, mark: string): readonly RecipeCall[] | undefined {
  return calls[recipeId]?.(mark)
}

/** As they are shown before they are made: names stand for ids that nobody knows yet. */
export function shownCalls(all: readonly RecipeCall[]): readonly RequestPlan[] {
  const made = Object.fromEntries(all.flatMap(({ name }) => (name === undefined ? [] : [[name, `{${name}}`]])))
  return all.map(({ plan }) => plan(made))
}
