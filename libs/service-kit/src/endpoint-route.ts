import type { Endpoint, InputOf } from '@aml/contracts';
import { AppError } from '@aml/errors';
import {
  applyDecorators,
  createParamDecorator,
  Delete,
  Get,
  HttpCode,
  Patch,
  Post,
  Put,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import type { Caller } from './caller';

export const ENDPOINT_METADATA = 'aml:endpoint';

const METHODS = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete } as const;

/** Serves an endpoint of a contract with a controller's method. */
export function Route(endpoint: Endpoint): MethodDecorator {
  return applyDecorators(
    METHODS[endpoint.method](endpoint.path),
    HttpCode(endpoint.status ?? 200),
    SetMetadata(ENDPOINT_METADATA, endpoint),
  );
}

/** A request as the service-kit leaves it for controllers. */
export interface ServiceRequest extends Request {
  caller?: Caller;
  operationId?: string;
}

/** The parsed input of the endpoint: `@Input() input: InputOf<typeof api.endpoints.x>`. @throws AppError `request-invalid`. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext): InputOf<Endpoint> => {
  const endpoint = Reflect.getMetadata(ENDPOINT_METADATA, context.getHandler()) as Endpoint;
  const request = context.switchToHttp().getRequest<ServiceRequest>();
  return {
    params: parse(endpoint.params, request.params, 'path'),
    query: parse(endpoint.query, request.query, 'query'),
    body:
      endpoint.body && !('stream' in endpoint.body) ? parse(endpoint.body, request.body, 'body') : undefined,
  } as InputOf<Endpoint>;
});

/** Who calls; every route but health has one. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<ServiceRequest>();
  if (!caller)
    throw new AppError({ code: 'not-signed-in', message: 'the request has no caller', blame: 'user' });
  return caller;
});

function parse(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${part}${issue.path.map((name) => `.${String(name)}`).join('')}: ${issue.message}`);
  throw new AppError({
    code: 'request-invalid',
    message: `the request is not valid: ${issues.join('; ')}`,
    hint: 'The OpenAPI document of the service (/openapi.json) says what it takes.',
    blame: 'user',
  });
}
