import { AppError } from '@aml/errors';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';

/** Serves on the loopback interface. @param port 0: any free one. @returns the URL. @throws AppError `port-in-use`. */
export async function listen(app: NestExpressApplication, port: number): Promise<string> {
  // A large file over a slow line takes as long as it takes; Node would give up after five minutes.
  app.getHttpServer().requestTimeout = 0;
  try {
    await app.listen(port, '127.0.0.1');
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new AppError({
      code: 'port-in-use',
      message:
        code === 'EACCES'
          ? `the port ${port} of 127.0.0.1 is not for ordinary users`
          : `the port ${port} of 127.0.0.1 is in use by another program`,
      hint: 'Unset AML_PORT, or set it to another port; `ss -ltnp` shows who has it.',
      blame: 'user',
      cause: error,
    });
  }
  const { port: chosen } = app.getHttpServer().address() as AddressInfo;
  return `http://127.0.0.1:${chosen}`;
}
