import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { FORM_MAX_BYTES } from './forms.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The form's file; null if none was chosen. */
    upload: Buffer | null
    /** The file or a field exceeded its limit and was cut. */
    isUploadCut: boolean
  }
}

/** Set when a form comes back through sign-in with its fields, but without its file. */
export const FILE_LOST = 'fileLost'

const FIELDS_MAX = 10
const PART_HEAD_MAX_BYTES = 2_000
/** Each takes a few megabytes of memory. */
const UPLOADS_AT_ONCE = 6

/**
 * Lets the routes of `app` take forms with one file; as a whole they can be little more than the file. What comes in
 * after that is dropped once there is an answer, until the request's time is over.
 */
export function acceptUploads(app: FastifyInstance, partMaxBytes: number): void {
  let reading = 0
  app.decorateRequest('upload', null)
  app.decorateRequest('isUploadCut', false)
  app.addHook('preParsing', async (request, reply) => {
    if (!isUpload(request)) return
    // Browsers read the response only after sending everything; Node drops the rest only of unread requests.
    reply.raw.once('finish', () => request.raw.resume())
    if (request.needsSignIn) return
    if (reading >= UPLOADS_AT_ONCE) throw new TooManyUploads('too many uploads at once')
    reading++
    reply.raw.once('close', () => reading--)
  })
  app.addContentTypeParser('multipart/form-data', (request, payload, done) => {
    readForm(request, payload, partMaxBytes).then((fields) => done(null, fields), done)
  })
}

export function isUpload({ headers }: FastifyRequest): boolean {
  return /^multipart\//i.test(headers['content-type'] ?? '')
}

class TooManyUploads extends Error {
  readonly statusCode = 503
}

class MalformedUpload extends Error {
  readonly statusCode = 400
}

class TooLargeUpload extends Error {}

async function readForm(
  request: FastifyRequest,
  payload: NodeJS.ReadableStream,
  partMaxBytes: number,
): Promise<Record<string, string>> {
  // Before sign-in, keep no more than a form without a file could contain.
  const fieldSize = request.needsSignIn ? FORM_MAX_BYTES : partMaxBytes
  const fields = new Map<string, string>()
  let kept = 0
  try {
    const counts = { fields: FIELDS_MAX, files: 1, parts: FIELDS_MAX + 1, headerPairs: FIELDS_MAX }
    const limits = { ...counts, fieldSize, fileSize: partMaxBytes, headerSize: PART_HEAD_MAX_BYTES }
    const form = new Busboy({ headers: request.headers as BusboyHeaders, limits })
    form.on('field', (name, value, _isNameCut, isCut) => {
      kept += value.length
      request.isUploadCut ||= isCut || kept > fieldSize
      if (!request.isUploadCut || !request.needsSignIn) fields.set(name, value)
    })
    form.on('file', (_name, file) => {
      if (request.needsSignIn) file.once('data', () => fields.set(FILE_LOST, 'yes')).resume()
      else collect(request, file)
    })
    await pipeline(atMost(partMaxBytes + FORM_MAX_BYTES, payload), form)
  } catch (error) {
    if (!(error instanceof TooLargeUpload)) throw new MalformedUpload('broken multipart form')
    request.isUploadCut = true
  }
  return Object.fromEntries(fields)
}

/** Not the request itself: an error in the pipeline would destroy it before the response. */
function atMost(max: number, payload: NodeJS.ReadableStream): Transform {
  let taken = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      taken += chunk.length
      if (taken > max) done(new TooLargeUpload('too large'))
      else done(null, chunk)
    },
  })
  payload.once('error', (error) => counted.destroy(error))
  return payload.pipe(counted)
}

function collect(request: FastifyRequest, file: BusboyFileStream): void {
  let chunks: Buffer[] = []
  file.on('limit', () => {
    request.isUploadCut = true
    request.upload = Buffer.alloc(0)
    chunks = []
  })
  // The form fails with it and reports the error.
  file.on('error', () => {})
  file.on('data', (chunk: Buffer) => chunks.push(chunk))
  // Browsers send an empty file if none was chosen.
  file.on('end', () => {
    if (chunks.length > 0) request.upload ??= Buffer.concat(chunks)
  })
}
