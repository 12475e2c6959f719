import type { FindingBody, ProblemBody } from '@aml/contracts';
import { AppError, toAppError } from '@aml/errors';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import type { ServiceRequest } from './endpoint-route';

/** An error that points into files of the project. */
export class FindingsError extends AppError {
  constructor(
    readonly findings: readonly FindingBody[],
    code = 'configuration-invalid',
  ) {
    const errors = findings.filter(({ severity }) => severity === 'error');
    const first = errors[0] ?? findings[0];
    super({
      code: errors.length === 1 ? (first?.code ?? code) : code,
      message:
        errors.length === 1
          ? (first?.message ?? 'the configuration is not valid')
          : `the configuration has ${errors.length} errors`,
      hint: first?.hint ?? 'aml config check',
      blame: 'user',
    });
  }
}

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  'request-too-large': 413,
  'not-signed-in': 401,
  'not-allowed': 403,
  'lease-lost': 409,
  'log-gap': 409,
  'run-unknown': 404,
  'not-found': 404,
  'blob-missing': 404,
  'runs-active': 409,
};

function statusOf(error: AppError): number {
  const known = STATUS_BY_CODE[error.code];
  if (known !== undefined) return known;
  if (error instanceof FindingsError) return 400;
  if (error.code.endsWith('-unknown')) return 404;
  if (error.blame === 'user') return 400;
  if (error.blame === 'target') return 424;
  return error.retryable ? 503 : 500;
}

/** The edge: an error becomes a status and a problem body (RFC 9457), logged once, at the level of its blame. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<ServiceRequest>();
    const response = http.getResponse<Response>();
    const refused = refusedStatus(thrown);
    const error = refused === undefined ? toAppError(thrown) : fromHttp(refused, thrown);
    const status = refused ?? statusOf(error);
    const operationId = request.operationId ?? 'unknown';
    const level = error.blame === 'us' && status >= 500 ? 'error' : 'info';
    const stack = level === 'error' && thrown instanceof Error ? thrown.stack : undefined;
    this.log[level](
      { operationId, method: request.method, path: request.path, status, error: error.toData(), stack },
      'request refused',
    );
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const body: ProblemBody = {
      type: `about:aml/${error.code}`,
      title: error.code,
      status,
      detail: error.message,
      operationId,
      error: error.toData(),
      ...(thrown instanceof FindingsError ? { findings: [...thrown.findings] } : {}),
    };
    response.status(status).type('application/problem+json').send(JSON.stringify(body));
  }
}

/** The status with which Nest or a reader of bodies refuses a request before we see it. */
function refusedStatus(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = thrown instanceof AppError ? undefined : (thrown as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function fromHttp(status: number, thrown: unknown): AppError {
  return new AppError({
    code: { 404: 'route-unknown', 413: 'request-too-large' }[status] ?? 'request-refused',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: 'The OpenAPI document of the service (/openapi.json) lists its routes.',
    blame: status < 500 ? 'user' : 'us',
  });
}
