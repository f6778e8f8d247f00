/** Runs the witnesses whose tool chains are here; with `RELATA_RECORD=1` writes what they sent and got to `recorded/`. */
import { hostname, tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { missingTool, preparedNow, runsIn, witnessMode } from '../../scripts/witnesses.js'
import { facts } from './facts.ts'
import { runProgram } from './framework/program.ts'
import { recorderOf } from './framework/recorder.ts'
import { type Recording, readRecording, writeRecording } from './framework/recording.ts'
import { versionsOf } from './framework/versions.ts'
import { openWorld } from './framework/world.ts'
import { type Witness, witnesses } from './table.js'

const isRecording = process.env['RELATA_RECORD'] === '1'
const mode = witnessMode()

/** The steps that a program showed, and what it sent for them. */
const watch = async (witness: Witness): Promise<Recording> => {
  const world = await openWorld({
    transparent: witness.transparent === true,
    trustStore: witness.tools.includes('keytool'),
  })
  try {
    const recorder = recorderOf({
      witness: witness.name,
      versions: versionsOf(witness),
      port: world.proxy.port,
      since: Date.now(),
      certificate: world.certificate,
    })
    const { code, lines, said } = await runProgram(witness, world.environment, ({ step, saw }) =>
      recorder.step({ step, saw }, world.proxy.take()),
    )
    recorder.rest(world.proxy.take())
    const failed = lines.filter((line) => line.failed !== undefined)
    expect(failed, said).toEqual([])
    expect(code, said).toBe(0)
    return recorder.end()
  } finally {
    await world.close()
  }
}

/** Two at once: most of the time one waits for the other's process to start. */
describe.concurrent.each(witnesses)('$name', (witness) => {
  it('shows its steps through an unmodified client', { timeout: 300_000 }, async ({ skip }) => {
    const tool = missingTool(witness)
    if (!runsIn(witness, mode))
      skip(`runs ${witness.runs === 'ci' ? 'where CI is set, and ' : ''}in npm run test:witnesses`)
    if (tool !== undefined) skip(`${tool} is not installed`)
    expect(preparedNow(witness), 'it was installed before the first suite').toBe(true)
    const seen = await watch(witness)
    expect(seen.steps.map(({ step }) => step).sort()).toEqual(witness.steps.toSorted())
    for (const { step, saw } of seen.steps)
      expect(JSON.stringify(saw), `what ${step} showed`).toMatch(facts[step] ?? /./)
    if (isRecording) {
      const text = JSON.stringify(seen)
      for (const own of [hostname(), tmpdir(), process.cwd()].filter((name) => name !== 'localhost'))
        expect(text.includes(own), `the recording names ${own}`).toBe(false)
      writeRecording(seen)
    }
    expect(seen.steps).toEqual(readRecording(witness.name)?.steps)
  })
})
