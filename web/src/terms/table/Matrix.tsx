export function Matrix({ setId }: { readonly setId: string }) {
  return <div>{setId}</div>
}
