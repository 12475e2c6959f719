import { unwrap } from '@aml/api-client';
import type { CommandContext } from '../command';

/** The account as the old command line printed it, with what is true of ours. */
export interface AccountRecord {
  readonly name: string;
  readonly id: string;
  readonly isDefault: boolean;
  readonly user: { readonly name: string; readonly type: string };
  readonly workspace: string;
  readonly identity: string;
  readonly expiresUtc: string | null;
}

/** The one account of the services that are reached. */
export async function readAccount(context: CommandContext): Promise<AccountRecord> {
  const server = await context.connect();
  const account = await unwrap(server.configService.GET('/account'));
  return {
    name: account.accountName,
    id: account.workspaceId,
    isDefault: true,
    user: { name: account.userName, type: 'user' },
    workspace: account.workspaceName,
    identity: account.identity,
    expiresUtc: account.expiresUtc,
  };
}
