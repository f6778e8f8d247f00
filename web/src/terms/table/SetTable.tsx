export function SetTable({ setId }: { readonly setId: string }) {
  return <div>{setId}</div>
}
