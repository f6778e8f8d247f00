import { expect, it } from 'vitest'
import { WorkTurns } from '#app/adapters/taxonomy/work/turns.ts'

function held() {
  let open = (): void => undefined
  const done = new Promise<void>((resolve) => {
    open = resolve
  })
  return { done, open }
}

it('does one thing at a time, and tenants take turns', async () => {
  const turns = new WorkTurns({ mostWaiting: 8, mostOfTenant: 4 })
  const begun: string[] = []
  const gates = new Map(['a1', 'a2', 'a3', 'b1'].map((name) => [name, held()]))
  const all = [...gates].map(([name, gate]) =>
    turns.run(name[0] ?? '', async () => {
      begun.push(name)
      await gate.done
    }),
  )
  for (const [next, so] of [
    ['a1', ['a1']],
    ['b1', ['a1', 'b1']],
    ['a2', ['a1', 'b1', 'a2']],
    ['a3', ['a1', 'b1', 'a2', 'a3']],
  ] as const) {
    await new Promise(setImmediate)
    expect(begun).toEqual(so)
    gates.get(next)?.open()
  }
  await Promise.all(all)
})

it('refuses more than wait for one tenant, and more than wait in all, and goes on after a failure', async () => {
  const turns = new WorkTurns({ mostWaiting: 3, mostOfTenant: 2 })
  const gate = held()
  const waits = (tenant: string) => turns.run(tenant, () => gate.done)
  const first = turns.run('a', async () => {
    await gate.done
    throw new Error('failed')
  })
  const others = [waits('a'), waits('a'), waits('b')]
  await expect(waits('a')).rejects.toMatchObject({ kind: 'throttled', facts: { headers: { 'Retry-After': '5' } } })
  await expect(waits('b')).rejects.toMatchObject({ kind: 'unavailable', facts: { headers: { 'Retry-After': '5' } } })
  gate.open()
  await expect(first).rejects.toThrow('failed')
  await Promise.all(others)
  await turns.run('b', () => Promise.resolve())
})
