import { openDatabase } from '../../src/database/database.ts'
import { migrateToLatest } from '../../src/database/migrate.ts'
import { onServer, withDatabase } from './database.ts'
import { serverUrl, TEMPLATE } from './postgres.ts'

// tap runs this once, before every test file.
const server = serverUrl()
await onServer(server, `drop database if exists ${TEMPLATE} with (force)`)
await onServer(server, `create database ${TEMPLATE}`)
const db = openDatabase(withDatabase(server, TEMPLATE))
await migrateToLatest(db)
await db.destroy()
