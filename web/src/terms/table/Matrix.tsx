/** The translations of a set. */
import { SetTable } from './SetTable.tsx'

export function Matrix({ setId }: { readonly setId: string }) {
  return <SetTable setId={setId} />
}
