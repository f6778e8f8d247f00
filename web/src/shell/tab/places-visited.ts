/** Where this tab was last, by the titles of the pages. */
import { keep, keptList } from '../../kit/kept.ts'

export interface VisitedPlace {
  readonly address: string
  readonly title: string
}

const storageKey = 'relata.places'
const mostPlaces = 5

function visited(): readonly VisitedPlace[] {
  return keptList<VisitedPlace>('tab', storageKey, 'address', 'title')
}

/** The newest first, each once. Views of one page are one place. */
export function rememberPlace(place: VisitedPlace): void {
  const pathOf = ({ address }: VisitedPlace): string => address.replace(/\?.*/, '')
  const others = visited().filter((one) => pathOf(one) !== pathOf(place))
  // One more: the address without a page is among them.
  keep('tab', storageKey, [place, ...others].slice(0, 2 * mostPlaces))
}

/** `besides`: the title of addresses without a page. */
export function lastPlaces(besides: string): readonly VisitedPlace[] {
  return visited()
    .filter(({ title }) => title !== besides)
    .slice(0, mostPlaces)
}
