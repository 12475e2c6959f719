import type { CommandContext } from '../command';
import type { SubmitRequest } from './submit-request';
export async function planSubmit(_context: CommandContext, _request: SubmitRequest): Promise<number> {
  return 0;
}
