import { toAppError } from '@aml/errors';
import type { Logger } from '@aml/service-kit';

/** What has to be ended, in the opposite order of its beginning; one that fails does not keep the others from it. */
export class Closers {
  private readonly open: { readonly name: string; readonly close: () => Promise<void> }[] = [];

  constructor(private readonly log: Logger) {}

  add(name: string, close: () => Promise<void>): void {
    this.open.push({ name, close });
  }

  async close(): Promise<void> {
    for (let next = this.open.pop(); next; next = this.open.pop()) {
      const { name } = next;
      await next.close().catch((error: unknown) => {
        const { stack } = toAppError(error);
        this.log.error({ name, error: toAppError(error).toData(), stack }, 'could not be ended in order');
      });
    }
  }
}
