import { describe, expect, it } from 'vitest'
import { canonicalJson, firstLink, leafOf, linkAfter } from './links.ts'
import { isSinkLine, verifySink } from './verify-sink.ts'

const tenants = ['9a1c0000-0000-4000-8000-00000000aaaa', '9a1c0000-0000-4000-8000-00000000bbbb'] as const
const [one, two] = tenants

/** The lines of a chain, and the links after each. */
function chain(tenant: string, count: number) {
  const links = [firstLink(tenant)]
  const lines = Array.from({ length: count }, (_, at) => {
    const record = { id: `${tenant} ${at + 1}`, activityDisplayName: 'Add term' }
    const link = linkAfter(links[at] ?? '', at + 1, leafOf(canonicalJson(record)))
    links.push(link)
    return JSON.stringify({ n: at + 1, link, tenant, record })
  })
  return { lines, links }
}

const [first, second] = [chain(one, 6), chain(two, 4)]
/** As a sink writes them: each tenant in its order. */
const mixed = [...first.lines.slice(0, 2), ...second.lines.slice(0, 3), ...first.lines.slice(2), second.lines[3] ?? '']

const verified = (files: readonly (readonly string[])[], known: Parameters<typeof verifySink>[1] = []) =>
  verifySink(
    files.map((lines, at) => ({ name: `${at}.jsonl`, lines })),
    known,
  )

const faultsOf = async (...given: Parameters<typeof verified>) =>
  (await verified(...given)).faults.map(({ where, tenant, number, text }) => [where, tenant, number, text])

/** Without the lines at these places. */
const without = (...places: readonly number[]) => mixed.filter((_, at) => !places.includes(at))

describe('the files of a sink', () => {
  it('are whole over several tenants and files', async () => {
    const { chains, faults, parts } = await verified([mixed.slice(0, 4), [], mixed.slice(4)])
    expect([faults, parts]).toEqual([[], []])
    expect(chains).toMatchObject([
      { tenant: one, start: 1, end: 6, link: first.links[6], repeated: 0, without: [], isHeldFromStart: true },
      { tenant: two, start: 1, end: 4, link: second.links[4], heldAgainst: undefined },
    ])
  })

  it('name the line before which one is missing, of its tenant alone', async () => {
    expect(await faultsOf([mixed.slice(0, 3), without(0, 1, 2, 5)])).toEqual([
      ['1.jsonl:3', one, 3, '3 is missing: after 2 (0.jsonl:2) comes 4'],
    ])
    const { chains } = await verified([without(5)])
    expect(chains).toMatchObject([{ tenant: two, end: 4 }])
  })

  it('name the line that was changed', async () => {
    const changed = mixed.map((line, at) => (at === 5 ? line.replace('Add term', 'Add test') : line))
    expect(await faultsOf([changed])).toEqual([
      ['0.jsonl:6', one, 3, '3 was changed: its link is not the one of its record'],
    ])
    const renamed = mixed.map((line, at) => (at === 5 ? line.replace(one, two) : line))
    expect(await faultsOf([renamed])).toEqual([
      ['0.jsonl:7', one, 3, '3 is missing: after 2 (0.jsonl:2) comes 4'],
      ['0.jsonl:6', two, 3, '3 comes again with another link: the log was written anew'],
    ])
  })

  it('name lines that stand in another order, and files', async () => {
    const swapped = mixed.map((line, at) => (at === 5 ? mixed[6] : at === 6 ? mixed[5] : line) ?? '')
    expect(await faultsOf([swapped])).toEqual([['0.jsonl:7', one, 3, '3 is in the wrong place, behind 0.jsonl:6']])
    expect(await faultsOf([first.lines.slice(3), first.lines.slice(0, 3)])).toEqual([
      ['1.jsonl:1', one, 1, '1 is in the wrong place: it comes after 6 (0.jsonl:3)'],
    ])
  })

  it('may have lines twice in the same words, and parts of lines', async () => {
    const again = [...mixed, '{"n":7,"li', ...first.lines.slice(3), ...second.lines.slice(2)]
    const { chains, faults, parts } = await verified([again])
    expect([faults, parts]).toEqual([[], ['0.jsonl:11']])
    expect(chains).toMatchObject([
      { tenant: one, end: 6, repeated: 3 },
      { tenant: two, end: 4, repeated: 2 },
    ])
    const other = [...mixed, (first.lines[4] ?? '').replace('Add term', 'Add test')]
    expect(await faultsOf([other])).toEqual([
      ['0.jsonl:11', one, 5, '5 was changed: its link is not the one of its record'],
    ])
  })

  it('may have hashes in place of records', async () => {
    const gone = first.lines.map((line, at) => {
      const { record, ...rest } = JSON.parse(line)
      return at === 2 ? JSON.stringify({ ...rest, leaf: leafOf(canonicalJson(record)) }) : line
    })
    expect(await verified([gone])).toMatchObject({ faults: [], chains: [{ end: 6, without: [3] }] })
    const bare = first.lines.map((line, at) => (at === 2 ? JSON.stringify({ ...JSON.parse(line), record: undefined }) : line))
    expect(await faultsOf([bare])).toEqual([['0.jsonl:3', one, 3, '3 has neither a record nor its hash']])
  })

  it('say what the first record is held by, where the beginning is elsewhere', async () => {
    const late = first.lines.slice(3)
    expect(await verified([late])).toMatchObject({ faults: [], chains: [{ start: 4, isHeldFromStart: false }] })
    const known = [{ tenant: one, n: 3, link: first.links[3] ?? '' }]
    expect(await verified([late], known)).toMatchObject({ faults: [], chains: [{ start: 4, isHeldFromStart: true }] })
    const changed = late.map((line, at) => (at === 0 ? line.replace('Add term', 'Add test') : line))
    expect(await faultsOf([changed], known)).toEqual([
      ['0.jsonl:1', one, 4, '4 was changed: its link is not the one of its record'],
    ])
    const older = [{ tenant: one, n: 2, link: first.links[2] ?? '' }]
    expect(await faultsOf([late], older)).toEqual([
      [undefined, one, 4, 'the checkpoint is of 2, and the files begin with 4: it says nothing about them'],
    ])
  })

  it('are held against checkpoints, each of its tenant', async () => {
    const known = [
      { tenant: one, n: 2, link: first.links[2] ?? '' },
      { tenant: one, n: 6, link: first.links[6] ?? '' },
    ]
    expect(await verified([mixed], known)).toMatchObject({
      faults: [],
      chains: [{ tenant: one, heldAgainst: 6 }, { tenant: two, heldAgainst: undefined }],
    })
    // A cut tail shows by nothing else.
    expect(await faultsOf([without(8)], [])).toEqual([])
    expect(await faultsOf([without(8)], known)).toEqual([
      [undefined, one, 6, '6 is missing: the files end with 5 (0.jsonl:8), and the checkpoint is of 6'],
    ])
    expect(await faultsOf([second.lines], known)).toEqual([
      [undefined, one, 1, 'cut off: the files have no line of the tenant, and the checkpoint is of 6'],
    ])
    const forged = [{ tenant: one, n: 5, link: '0'.repeat(64) }]
    expect(await faultsOf([mixed], forged)).toEqual([
      ['0.jsonl:8', one, 5, '5 does not fit: the checkpoint has another link there, so the log was written anew'],
    ])
  })
})

it('are told from exports by their lines', () => {
  expect(isSinkLine(first.lines[0] ?? '')).toBe(true)
  for (const other of ['{"format":"relata-audit/1","tenant":"x"}', '{"n":1,"link":"x","record":{}}', '{"n":', '[]'])
    expect(isSinkLine(other)).toBe(false)
})
