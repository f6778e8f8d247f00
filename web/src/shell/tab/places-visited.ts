/** Where this tab was last, by the titles of the pages. */
export interface VisitedPlace {
  readonly address: string
  readonly title: string
}

const storageKey = 'relata.places'
const mostPlaces = 5

function kept(): readonly VisitedPlace[] {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as readonly VisitedPlace[]
  } catch {
    return []
  }
}

/** The newest first, each once. Views of one page are one place. */
export function rememberPlace(place: VisitedPlace): void {
  const pathOf = ({ address }: VisitedPlace): string => address.replace(/\?.*/, '')
  const others = kept().filter((one) => pathOf(one) !== pathOf(place))
  // One more: the address without a page is among them.
  sessionStorage.setItem(storageKey, JSON.stringify([place, ...others].slice(0, 2 * mostPlaces)))
}

/** `besides`: the title of addresses without a page. */
export function lastPlaces(besides: string): readonly VisitedPlace[] {
  return kept()
    .filter(({ title }) => title !== besides)
    .slice(0, mostPlaces)
}
