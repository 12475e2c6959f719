// Writes docs/openapi/*.json from the endpoint definitions, docs/asyncapi.json from the event definitions, and the typed client's paths from those documents.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_APIS } from '../libs/contracts/src/index';
import { asyncApiDocument } from '../libs/service-kit/src/asyncapi-document';
import { openApiDocument } from '../libs/service-kit/src/openapi-document';
import openapiTS, { astToString } from 'openapi-typescript';

const root = join(import.meta.dirname, '..');
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
const documents = join(root, 'docs/openapi');
const client = join(root, 'libs/api-client/src/generated');
mkdirSync(documents, { recursive: true });
mkdirSync(client, { recursive: true });

for (const api of SERVICE_APIS) {
  const text = `${JSON.stringify(openApiDocument(api, version), null, 2)}\n`;
  writeFileSync(join(documents, `${api.service}.json`), text);
  const types = astToString(await openapiTS(text, { defaultNonNullable: false }));
  writeFileSync(
    join(client, `${api.service}.ts`),
    `// Generated from docs/openapi/${api.service}.json by \`pnpm generate\`.\n${types}`,
  );
}

writeFileSync(join(root, 'docs/asyncapi.json'), `${JSON.stringify(asyncApiDocument(version), null, 2)}\n`);
