// An SMS centre made of the package `smpp`. Says what it gets on stdout, does what it reads on stdin; both one JSON object a line.
const readline = require('readline')
const smpp = require('smpp')

const [port, password] = process.argv.slice(2)
const sessions = new Set()
const wishes = new Map() // last four digits of a target: status to answer with, or "silence"
let count = 0
const say = (what) => process.stdout.write(JSON.stringify(what) + '\n')
const words = (one) => (one && one.message !== undefined ? one.message : (one ?? ''))
const elements = (one) => (one && one.udh ? one.udh.map((each) => each.toString('hex')) : [])

const server = smpp.createServer({}, (session) => {
  const bind = (kind) => (pdu) => {
    const good = pdu.password === password
    session.send(pdu.response(good ? { system_id: 'centre' } : { command_status: smpp.ESME_RINVPASWD }))
    if (good && kind === 'transceiver') sessions.add(session)
    if (good) say({ bound: kind, as: pdu.system_id })
  }
  session.on('bind_transceiver', bind('transceiver'))
  session.on('bind_transmitter', bind('transmitter'))
  session.on('submit_sm', (pdu) => {
    const wish = wishes.get(pdu.destination_addr.slice(-4))
    const id = `m${++count}`
    say({
      submitted: wish ? null : id,
      from: pdu.source_addr,
      from_ton: pdu.source_addr_ton,
      to: pdu.destination_addr,
      text: words(pdu.short_message) || words(pdu.message_payload),
      udh: elements(pdu.short_message),
      coding: pdu.data_coding,
      receipt: pdu.registered_delivery,
    })
    if (wish === 'silence') return
    session.send(pdu.response(wish ? { command_status: wish } : { message_id: id }))
  })
  session.on('enquire_link', (pdu) => session.send(pdu.response()))
  session.on('unbind', (pdu) => {
    session.send(pdu.response())
    session.close()
  })
  const gone = () => sessions.delete(session)
  session.on('close', gone)
  session.on('error', gone)
})

const todo = {
  wish: ({ name, to, status }) => {
    wishes.set(to, status)
    say({ answered: name, status: 0 })
  },
  cut: () => sessions.forEach((session) => session.destroy()),
  deliver: ({ name, udh, text, ...rest }) => {
    const [session] = sessions
    const message = udh ? { udh: Buffer.from(udh, 'hex'), message: text } : text
    session.deliver_sm({ short_message: message, ...rest }, (answer) => say({ answered: name, status: answer.command_status }))
  },
  ask: ({ name }) => [...sessions][0].enquire_link({}, (answer) => say({ answered: name, status: answer.command_status })),
}
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const wanted = JSON.parse(line)
  todo[wanted.do](wanted)
})
server.listen(Number(port), '127.0.0.1', () => say({ ready: true }))
