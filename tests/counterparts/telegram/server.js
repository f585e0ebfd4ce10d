// A Telegram on loopback: `node server.js PORT`. Says "ready" once it answers.
const TelegramServer = require('telegram-test-api')

const port = Number(process.argv[2])
const server = new TelegramServer({ port, host: '127.0.0.1', storage: 'RAM', storeTimeout: 600 })
server.start().then(() => console.log('ready'))
