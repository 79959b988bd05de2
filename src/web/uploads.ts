import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy'
import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** The file of the form, beside its fields in `body`; null where none was chosen. */
    upload: Buffer | null
    /** The file or a field went over its limit, and is not complete. */
    isUploadCut: boolean
  }
}

const FIELDS_MAX = 10

/** Lets the routes of `app` take forms with one file. What goes over the limit is dropped as it comes in. */
export function acceptUploads(app: FastifyInstance, partMaxBytes: number): void {
  app.decorateRequest('upload', null)
  app.decorateRequest('isUploadCut', false)
  app.addContentTypeParser('multipart/form-data', (request, payload, done) => {
    readForm(request, payload, partMaxBytes).then((fields) => done(null, fields), done)
  })
}

class MalformedUpload extends Error {
  readonly statusCode = 400
}

async function readForm(
  request: FastifyRequest,
  payload: NodeJS.ReadableStream,
  partMaxBytes: number,
): Promise<Record<string, string>> {
  const fields = new Map<string, string>()
  try {
    const limits = { fields: FIELDS_MAX, files: 1, fieldSize: partMaxBytes, fileSize: partMaxBytes }
    const form = new Busboy({ headers: request.headers as BusboyHeaders, limits })
    form.on('field', (name, value, _isNameCut, isCut) => {
      fields.set(name, value)
      request.isUploadCut ||= isCut
    })
    form.on('file', (_name, file) => collect(request, file))
    await pipeline(payload, form)
  } catch {
    throw new MalformedUpload('broken multipart form')
  }
  return Object.fromEntries(fields)
}

function collect(request: FastifyRequest, file: BusboyFileStream): void {
  const chunks: Buffer[] = []
  file.on('limit', () => {
    request.isUploadCut = true
  })
  // The form breaks with it, and says so.
  file.on('error', () => {})
  file.on('data', (chunk: Buffer) => chunks.push(chunk))
  // Browsers send an empty one where none was chosen.
  file.on('end', () => {
    if (chunks.length > 0) request.upload = Buffer.concat(chunks)
  })
}
