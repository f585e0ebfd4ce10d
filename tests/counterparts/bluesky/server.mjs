// A personal data server with its directory on loopback: `node server.mjs PDS_PORT PLC_PORT FOLDER`. Says "ready" once both answer.
import { createRequire } from 'node:module'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { PDS, envToCfg, envToSecrets, readEnv } from '@atproto/pds'

const [pdsPort, plcPort, folder] = process.argv.slice(2)
const plc = createRequire(import.meta.url)('@did-plc/server')
const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: Number(plcPort) })
await new Promise((resolve) => directory.app.listen(Number(plcPort), '127.0.0.1', resolve))

mkdirSync(`${folder}/blobs`, { recursive: true })
Object.assign(process.env, {
  PDS_HOSTNAME: 'pds.test',
  PDS_PORT: pdsPort,
  PDS_DEV_MODE: 'true',
  PDS_DATA_DIRECTORY: folder,
  PDS_BLOBSTORE_DISK_LOCATION: `${folder}/blobs`,
  PDS_DID_PLC_URL: `http://127.0.0.1:${plcPort}`,
  PDS_INVITE_REQUIRED: 'false',
  PDS_ADMIN_PASSWORD: 'admin',
  PDS_JWT_SECRET: randomBytes(16).toString('hex'),
  PDS_DPOP_SECRET: randomBytes(32).toString('hex'),
  PDS_SERVICE_HANDLE_DOMAINS: '.pds.test',
  PDS_DISABLE_SSRF_PROTECTION: 'true',
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: randomBytes(32).toString('hex'),
  PDS_CRAWLERS: '',
  PDS_RATE_LIMITS_ENABLED: 'false',
  LOG_ENABLED: 'false',
})
const environment = readEnv()
const pds = await PDS.create(envToCfg(environment), envToSecrets(environment))
const listen = pds.app.listen.bind(pds.app)
pds.app.listen = (port, done) => listen(port, '127.0.0.1', done)
await pds.start()
console.log('ready')
