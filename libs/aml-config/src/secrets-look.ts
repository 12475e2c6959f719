const KEY_WORDS =
  /(?:^|[_\-. ])(?:password|passwd|passphrase|pwd|secret|token|credentials?|api[_\-. ]?key|access[_\-. ]?key|account[_\-. ]?key|private[_\-. ]?key|secret[_\-. ]?key|storage[_\-. ]?key|shared[_\-. ]?key|encryption[_\-. ]?key|subscription[_\-. ]?key|connection[_\-. ]?string|conn[_\-. ]?str|sas)$/i;

/** Names that carry such a word and say where the secret is, not what it is. */
const KEY_EXCEPTIONS = /(?:file|path|dir|name|id|url|uri|env|length|count|column|field|type|ttl|expiry)$/i;

const VALUE_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/, 'it holds a private key'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'it looks like an AWS access key'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/, 'it looks like a GitHub token'],
  [/\bglpat-[A-Za-z0-9_-]{20,}/, 'it looks like a GitLab token'],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10,}/, 'it looks like a Slack token'],
  [/\bAIza[0-9A-Za-z_-]{35}\b/, 'it looks like a Google API key'],
  [/\bsk-[A-Za-z0-9_-]{20,}/, 'it looks like an API key'],
  [/\bpypi-[A-Za-z0-9_-]{40,}/, 'it looks like a package index token'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/, 'it looks like a JSON web token'],
  [
    /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=[^;\s]{8,}/i,
    'it looks like an Azure connection string',
  ],
  [/[?&;]sig=[A-Za-z0-9%+/=]{16,}/, 'it holds a shared access signature'],
  [/\b(?:password|pwd)\s*=\s*[^;\s"'${<]{3,}/i, 'it looks like a connection string with a password'],
  [
    /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{0,100}:[^\s:@/${<]{1,200}@/i,
    'it is an address with a password in it',
  ],
];

const PLACEHOLDERS =
  /^(?:|\*+|x{3,}|\.{3,}|none|null|true|false|yes|no|todo|changeme|example|\d{1,5}|<[^>]*>|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?|%[A-Za-z_]+%|\{\{[^}]*\}\})$/i;

/** Longer values are looked at only this far, so that the search stays cheap. */
const LOOK_AT = 4096;

const LONGEST_LINE = 1000;

/** `--password x`, also as items of a list on one line. */
const OPTION_WITH_VALUE =
  /(--?[\w-]{0,40}(?:password|passwd|secret|token|api-?key)["']?[\s,=]{1,20}["']?)([^\s,\]"']+)/gi;

export const MASK = '********';

/**
 * Whether a value looks like a secret, by its name or by its shape: passwords, tokens, AWS and Azure keys, connection
 * strings, private keys, addresses with a password. References (`AzureMlSecret=…`), placeholders (`<password>`,
 * `${TOKEN}`) and names that only point at a secret (`PASSWORD_FILE`) do not.
 */
export function looksSecret(key: string, value: string): boolean {
  return secretReason(key, value) !== undefined;
}

/** Why `looksSecret` says yes (a clause that fits after "because"), without the value; undefined: it does not. */
export function secretReason(key: string, value: string): string | undefined {
  const text = value.slice(0, LOOK_AT).trim();
  if (PLACEHOLDERS.test(text) || /^AzureMlSecret=/i.test(text)) return undefined;
  for (const [pattern, reason] of VALUE_PATTERNS) if (pattern.test(text)) return reason;
  const name = key
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/^-+/, '');
  if (!KEY_WORDS.test(name) || KEY_EXCEPTIONS.test(name)) return undefined;
  return `of its name, \`${key.slice(0, 100)}\``;
}

export interface SecretArgument {
  /** Index of the argument that holds the value. */
  readonly index: number;
  readonly reason: string;
}

/** Arguments of a script that look like secrets: `--password x`, `--api-key=x`, `KEY=x`, tokens by their shape. */
export function findSecretArguments(args: readonly string[]): readonly SecretArgument[] {
  const found: SecretArgument[] = [];
  args.forEach((argument, index) => {
    const equals = argument.indexOf('=');
    const previous = args[index - 1] ?? '';
    const key = equals > 0 ? argument.slice(0, equals) : /^--?[A-Za-z]/.test(previous) ? previous : '';
    const value = equals > 0 ? argument.slice(equals + 1) : argument;
    if (equals <= 0 && argument.startsWith('-') && !argument.startsWith('-----')) return;
    const reason = secretReason(key, value) ?? secretReason('', argument);
    if (reason !== undefined) found.push({ index, reason });
  });
  return found;
}

/** Text of configuration lines with the values masked that look secret; for excerpts and corrected text. */
export function maskSecretText(text: string): string {
  return text.split('\n').map(maskSecretLine).join('\n');
}

function maskSecretLine(line: string): string {
  const pair = /^(\s*(?:[-{,]\s*)?(["']?)([A-Za-z0-9_.\- ]{1,100})\2\s*[:=]\s*)(\S.*)$/.exec(
    line.slice(0, LONGEST_LINE),
  );
  const [, start, , key, rest] = pair ?? [];
  if (start !== undefined && key !== undefined && rest !== undefined) {
    const comma = /,\s*$/.test(rest) ? ',' : '';
    const value = rest
      .replace(/,\s*$/, '')
      .replace(/\s+#.*$/, '')
      .replace(/^(["'])(.*)\1$/, '$2');
    if (looksSecret(key, value)) return `${start}${MASK}${comma}`;
  }
  return maskSecretShapes(line).replace(OPTION_WITH_VALUE, `$1${MASK}`);
}

/** Text with everything masked that has the shape of a secret; a long text with such a thing in it is cut. */
export function maskSecretShapes(text: string): string {
  const look = text.slice(0, LONGEST_LINE);
  if (!VALUE_PATTERNS.some(([pattern]) => pattern.test(look))) return text;
  return VALUE_PATTERNS.reduce((masked, [pattern]) => masked.replace(pattern, MASK), look);
}
