/** Replays a recording against a server of its own. */
import { transparentHosts } from '#app/trust/transparent.ts'
import { startTestServer } from '../../_support/server.ts'
import type { ClientCertificate } from './assertions.ts'
import { type Recording, readRecording } from './recording.ts'
import { type FreshAnswer, type FreshRequest, replay, senderTo } from './replaying.ts'
import { certificateForNow, furnish } from './world.ts'

export const needRecording = (name: string): Recording => {
  const recording = readRecording(name)
  if (recording === undefined) throw new Error(`${name} has no recording`)
  return recording
}

/** A key takes a while to make. */
let made: Promise<ClientCertificate> | undefined

export type Change = (answer: FreshAnswer, request: FreshRequest) => FreshAnswer

/** `change`: of an answer on its way, to show that it is seen. */
export const replayed = async (name: string, change: Change = (answer) => answer): Promise<void> => {
  made ??= certificateForNow()
  const certificate = await made
  // Some recordings are of clients that were redirected from Microsoft's hosts.
  const server = await startTestServer({ allowedHost: transparentHosts })
  const sender = senderTo(server.origin)
  try {
    await furnish(server.http, certificate)
    const send = async (request: FreshRequest) => change(await sender.send(request), request)
    await replay(needRecording(name), { certificate, send })
  } finally {
    sender.close()
    await server.close()
  }
}
