/** Which witnesses run when, and that what is not there is named. */
import { describe, expect, it } from 'vitest'
import { missingTool, namedIn, preparedNow, runsIn } from '../../scripts/witnesses.js'
import { type Witness, witnesses } from '../witnesses/table.js'

const withRuns = (runs: Witness['runs']): Witness => ({ ...(witnesses[0] as Witness), runs })

describe('a witness', () => {
  it.each([
    ['few', ['always']],
    ['ci', ['always', 'ci']],
    ['all', ['always', 'ci', 'asked']],
  ] as const)('runs, where %s are wanted, if it says %j', (mode, wanted) => {
    const kinds = ['always', 'ci', 'asked'] as const
    expect(kinds.filter((runs) => runsIn(withRuns(runs), mode))).toEqual(wanted)
  })

  it('names the tool that it misses', () => {
    const tools = ['node', 'no-such-tool-of-relata', 'npm']
    expect(missingTool({ ...withRuns('ci'), tools })).toBe('no-such-tool-of-relata')
    expect(missingTool({ ...withRuns('ci'), tools: ['node'] })).toBeUndefined()
  })

  it('has to be prepared again where what it is made of has changed', () => {
    const without = { ...withRuns('always'), prepare: [] }
    expect(preparedNow(without)).toBe(true)
    expect(preparedNow({ ...without, prepare: [['node', '--version']] })).toBe(false)
  })

  it.each([
    [['-t', 'go-msgraph'], ['go-msgraph-sdk']],
    [
      ['--project', 'witnesses', '--testNamePattern=^curl'],
      ['curl', 'curl-transparent'],
    ],
    [['-t', 'Schemathesis'], ['schemathesis']],
    [['-t', 'no such witness'], []],
  ])('is prepared where %j asks for it', (args, names) => {
    expect(namedIn(args).map(({ name }) => name)).toEqual(names)
    expect(namedIn(['--project', 'witnesses'])).toHaveLength(witnesses.length + 1)
  })

  it('needs nothing where it always runs', () => {
    expect(witnesses.filter(({ runs, prepare }) => runs === 'always' && prepare.length > 0)).toEqual([])
  })
})
