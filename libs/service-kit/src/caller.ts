import { AppError } from '@aml/errors';
import { timingSafeEqual } from 'node:crypto';
import { createHash } from 'node:crypto';

/** Who is calling. Standalone knows one: the machine's user. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly identity: 'machine-user' | 'oidc' | 'api-key';
}

/** Turns the bearer token of a request into a caller. @throws AppError `not-signed-in`. */
export interface Authenticator {
  authenticate(authorization: string | undefined): Promise<Caller>;
}

/** One token for one caller, compared in constant time. */
export class TokenAuthenticator implements Authenticator {
  private readonly expected: Buffer;

  constructor(
    token: string,
    private readonly caller: Caller,
  ) {
    this.expected = digest(`Bearer ${token}`);
  }

  async authenticate(authorization: string | undefined): Promise<Caller> {
    if (authorization !== undefined && timingSafeEqual(digest(authorization), this.expected))
      return this.caller;
    throw new AppError({
      code: 'not-signed-in',
      message:
        authorization === undefined
          ? 'the request has no token'
          : 'the token of the request is not the one of this installation',
      hint: 'aml login',
      blame: 'user',
    });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
