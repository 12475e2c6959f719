import { AppError } from '@aml/errors';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** What is kept of a secret: its own data key, wrapped by the key-encryption key, and the value under that data key. */
export interface SealedSecret {
  readonly keyId: string;
  /** base64 of nonce (12 bytes), tag (16) and ciphertext. */
  readonly wrappedKey: string;
  readonly value: string;
}

/** A key-encryption key: 256 bits and a name for rotation. */
export interface KeyEncryptionKey {
  readonly id: string;
  readonly key: Buffer;
}

const CIPHER = 'aes-256-gcm';

function encrypt(key: Buffer, plain: Buffer, context: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function decrypt(key: Buffer, sealed: string, context: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, 12)).setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
}

/** Envelope encryption (AES-256-GCM): a random data key per secret; `context` (tenant, id, version) must be the same when it is opened. */
export class SecretBox {
  private readonly keys: ReadonlyMap<string, Buffer>;

  /** The first key seals; all keys open. */
  constructor(
    private readonly current: KeyEncryptionKey,
    older: readonly KeyEncryptionKey[] = [],
  ) {
    this.keys = new Map([current, ...older].map(({ id, key }) => [id, key]));
  }

  seal(value: string, context: string): SealedSecret {
    const dataKey = randomBytes(32);
    return {
      keyId: this.current.id,
      wrappedKey: encrypt(this.current.key, dataKey, context),
      value: encrypt(dataKey, Buffer.from(value, 'utf8'), context),
    };
  }

  /** @throws AppError `secret-unreadable`: another key, another context, or changed bytes. */
  open(sealed: SealedSecret, context: string): string {
    const key = this.keys.get(sealed.keyId);
    try {
      if (!key) throw new Error(`the key ${sealed.keyId} is not here`);
      return decrypt(decrypt(key, sealed.wrappedKey, context), sealed.value, context).toString('utf8');
    } catch (error) {
      throw new AppError({
        code: 'secret-unreadable',
        message: 'a stored secret cannot be opened with the keys of this installation',
        hint: 'Restore the key file of this AML_HOME, or store the secret again.',
        cause: error,
      });
    }
  }
}
