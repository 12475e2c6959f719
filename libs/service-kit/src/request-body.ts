import { AppError } from '@aml/errors';
import { PassThrough, type Readable } from 'node:stream';
import type { ServiceRequest } from './endpoint-route';

/**
 * The request's body as a stream. Whoever stops reading it in the middle does not end the connection: what is left is
 * read to its end and dropped, so that the answer (such as that the disk is full) arrives.
 * @throws AppError `request-invalid` where it was sent as JSON, which is read already.
 */
export function bodyStream(request: ServiceRequest): Readable {
  if (request.readableEnded) {
    throw new AppError({
      code: 'request-invalid',
      message: 'this route takes bytes, not JSON',
      blame: 'user',
    });
  }
  const body = new PassThrough();
  request.once('close', () => {
    if (!request.complete) body.destroy(cutOff());
  });
  body.once('close', () => {
    request.unpipe(body);
    request.resume();
  });
  request.pipe(body);
  return body;
}

function cutOff(): AppError {
  return new AppError({
    code: 'request-cut-off',
    message: 'the connection was closed before the request was whole',
    retryable: true,
    blame: 'user',
  });
}

/** The whole body in memory, for small portions. @throws AppError `request-too-large`. */
export async function bodyBytes(request: ServiceRequest, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyStream(request) as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to its end all the same: else the answer would be lost with the connection.
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) {
    throw new AppError({
      code: 'request-too-large',
      message: `a portion of more than ${limit} bytes is not taken`,
      hint: 'Send it in several portions.',
      blame: 'user',
    });
  }
  return Buffer.concat(chunks);
}
