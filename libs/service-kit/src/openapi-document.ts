import type { Endpoint, ServiceApi, StreamBody } from '@aml/contracts';
import { ProblemBody } from '@aml/contracts';
import type { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';

function isStream(body: z.ZodType | StreamBody): body is StreamBody {
  return 'stream' in body;
}

function content(body: z.ZodType | StreamBody): Record<string, { schema: unknown }> {
  return isStream(body)
    ? { [body.stream]: { schema: { type: 'string', format: 'binary' } } }
    : { 'application/json': { schema: body } };
}

function operation(name: string, endpoint: Endpoint): ZodOpenApiOperationObject {
  const requestParams: Record<string, z.ZodType> = {};
  if (endpoint.params) requestParams['path'] = endpoint.params;
  if (endpoint.query) requestParams['query'] = endpoint.query;
  return {
    operationId: name,
    summary: endpoint.summary,
    requestParams: requestParams as ZodOpenApiOperationObject['requestParams'],
    ...(endpoint.body ? { requestBody: { required: true, content: content(endpoint.body) } } : {}),
    responses: {
      [String(endpoint.status ?? 200)]: {
        description: endpoint.summary,
        ...(endpoint.result ? { content: content(endpoint.result) } : {}),
      },
      default: {
        description: 'What went wrong (RFC 9457)',
        content: { 'application/problem+json': { schema: ProblemBody } },
      },
    },
  } as ZodOpenApiOperationObject;
}

/** The OpenAPI 3.1 document of a service, made from its endpoint definitions alone. */
export function openApiDocument(api: ServiceApi, version: string): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const [name, endpoint] of Object.entries(api.endpoints)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: api.service, version, description: api.description },
    servers: [{ url: `/${api.service}` }],
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  });
}
