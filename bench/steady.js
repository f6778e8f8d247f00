/** Requests at a steady pace, for those who look on: not how many there can be, but what so many do to somebody else. */
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

const turn = 20

/** Sends so many a second until it is stopped. { stop }: how many there were in a second. */
export const sendSteadily = (url, headers, perSecond) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const began = performance.now()
  let sent = 0
  let answered = 0
  let isOn = true
  const one = () =>
    new Promise((done) => {
      request(url, { agent, headers }, (answer) => answer.resume().once('end', done))
        .once('error', done)
        .end()
    }).then(() => {
      answered += 1
    })
  const run = async () => {
    while (isOn) {
      const due = ((performance.now() - began) / 1000) * perSecond
      for (; sent < due; sent += 1) void one()
      await pause(turn)
    }
  }
  const running = run()
  return {
    stop: async () => {
      isOn = false
      await running
      const rate = (answered * 1000) / (performance.now() - began)
      agent.destroy()
      return rate
    },
  }
}
