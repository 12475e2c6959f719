export { loadKeyFile } from './key-file';
export { SecretBox } from './secret-box';
export type { KeyEncryptionKey, SealedSecret } from './secret-box';
