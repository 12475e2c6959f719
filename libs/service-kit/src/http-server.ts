import { collectPositions, parsePositions, type EventLog } from '@aml/messaging';
import type { INestApplication } from '@nestjs/common';
import { json, type NextFunction, type Response } from 'express';
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Authenticator } from './caller';
import type { ServiceRequest } from './endpoint-route';
import { ProblemFilter } from './problem.filter';
import type { ServiceMetrics } from './service-metrics';

/** The same name as in the client. */
const POSITION_HEADER = 'x-aml-position';
const OPEN_PATHS = /^\/(health|ready|metrics)$|\/openapi\.json$/;

export interface HttpServerOptions {
  readonly authenticator: Authenticator;
  readonly events: EventLog;
  readonly metrics: ServiceMetrics;
  readonly log: Logger;
  /** Groups whose reading a request with positions waits for, by the first segment of its path. */
  readonly groups: readonly string[];
}

/** What every service does with a request before a controller sees it, and with an error after. */
export function prepareHttp(app: INestApplication, options: HttpServerOptions): void {
  app.use(identify(options));
  app.use(json({ limit: '256mb', strict: false }));
  app.use(waitForPositions(options));
  app.use(returnPositions);
  app.useGlobalFilters(new ProblemFilter(options.log));
}

type Handler = (request: ServiceRequest, response: Response, next: NextFunction) => void;

function identify({ authenticator, metrics, log }: HttpServerOptions): Handler {
  return (request, response, next) => {
    request.operationId = randomBytes(8).toString('hex');
    response.setHeader('x-aml-operation', request.operationId);
    const started = process.hrtime.bigint();
    response.once('finish', () => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      const service = request.path.split('/')[1] ?? '';
      const route = (request.route as { path?: string } | undefined)?.path ?? 'unknown';
      metrics.requests.observe(
        { service, method: request.method, route, status: response.statusCode },
        seconds,
      );
      log.debug(
        {
          operationId: request.operationId,
          method: request.method,
          path: request.path,
          status: response.statusCode,
          seconds,
        },
        'request',
      );
    });
    if (OPEN_PATHS.test(request.path)) return next();
    authenticator.authenticate(request.headers.authorization).then((caller) => {
      request.caller = caller;
      next();
    }, next);
  };
}

/** A read that names positions waits, at most 5 s, until this service has got that far; then it reads what there is. */
function waitForPositions({ events, groups, log }: HttpServerOptions): Handler {
  return (request, _response, next) => {
    const positions = parsePositions(request.header(POSITION_HEADER));
    const group = groups.find((name) => request.path.startsWith(`/${name}/`));
    if (positions.length === 0 || group === undefined) return next();
    events.waitUntilRead(group, positions, 5_000).then((reached) => {
      if (!reached)
        log.warn(
          { group, operationId: request.operationId },
          'a reader waited 5 s and its group is still behind',
        );
      next();
    }, next);
  };
}

/** A write answers with the positions of what it published. */
const returnPositions: Handler = (_request, response, next) => {
  collectPositions((positions) => {
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => Response;
    response.writeHead = ((...args: unknown[]) => {
      const header = positions();
      if (header) response.setHeader(POSITION_HEADER, header);
      return writeHead(...args);
    }) as typeof response.writeHead;
    next();
  });
};
