import { passwordReferenceText, writeValuesInFile, type ComputeTarget } from '@aml/aml-config';
import { unwrap } from '@aml/api-client';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../command';
import { printRecord } from '../output/print-records';

/** Writes changed settings into the file of a target; a password goes to the secret store and its reference into the file. */
export async function updateTarget(
  context: CommandContext,
  root: string,
  target: ComputeTarget,
  changes: Readonly<Record<string, unknown>>,
  password: string | undefined,
): Promise<void> {
  const all = {
    ...changes,
    ...(password === undefined ? {} : { password: await storePassword(context, target, password) }),
  };
  const path = join(root, target.file);
  writeFileSync(path, writeValuesInFile(readFileSync(path), all));
  await printRecord(
    context.terminal,
    context.output,
    { name: target.name, file: target.file, changed: Object.keys(all) },
    [
      ['target', target.name],
      ['written', target.file],
      ['changed', Object.keys(all).join(', ')],
    ],
  );
}

/** Keeps a password in the secret store. @returns the text that refers to it: `AzureMlSecret=UUID`. */
export async function storePassword(
  context: CommandContext,
  target: ComputeTarget,
  password: string,
): Promise<string> {
  const server = await context.connect();
  const at = target.address === undefined ? '' : ` (${target.username ?? ''}@${target.address.host})`;
  const secret = await unwrap(
    server.targetRegistry.POST('/secrets', { body: { value: password, label: `${target.name}${at}` } }),
  );
  return passwordReferenceText(secret.reference.replace(/^AzureMlSecret=/i, ''));
}
