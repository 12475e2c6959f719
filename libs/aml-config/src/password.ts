/** The password of a compute target: a reference to a stored secret, or, in early files, the password itself. */
export type Password = SecretReference | PlainTextPassword;

export interface SecretReference {
  readonly kind: 'secret-reference';
  /** What follows `AzureMlSecret=`: `UUID`, or `TARGET#USER#HEXID` in files of the old service. */
  readonly reference: string;
}

const HIDDEN = '(a password in plain text)';

/** A password that stands in a file. JSON, string conversion, spreading and `console.log` do not show it. */
export class PlainTextPassword {
  readonly kind = 'plain-text';
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  get value(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): { readonly kind: 'plain-text'; readonly value: string } {
    return { kind: 'plain-text', value: HIDDEN };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}

const PREFIX = /^AzureMlSecret=/i;

/** Reads the value of `password`; text that is no `AzureMlSecret=…` is a password in plain text. */
export function parsePassword(text: string): Password {
  if (!PREFIX.test(text.trim())) return new PlainTextPassword(text);
  return { kind: 'secret-reference', reference: text.trim().replace(PREFIX, '').trim() };
}

/** The value of `password` that refers to a stored secret. */
export function passwordReferenceText(reference: string): string {
  return `AzureMlSecret=${reference}`;
}
