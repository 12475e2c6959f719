const MOST_LINES = 5;
const LONGEST_LINE = 400;

/** A word that every line with a secret has; the cheap test that spares the expensive one. */
const HINT =
  /pass|pwd|secret|token|credential|api[_-]?key|_key|accesskey|AccountKey|PRIVATE KEY|AKIA|ASIA|gh[pousr]_|github_pat|glpat-|xox[abeprs]-|AIza|sk-|pypi-|eyJ|[?&;]sig=|:\/\/[^\s/]*:[^\s/]*@/i;

const CODE = /\.(py|pyw|r|scala|java|js|ts|sh|bash|ps1|ipynb|sql|jl|rb|go|c|cpp|h)$/i;
const SETTINGS = /(^|\/)\.env[^/]*$|\.(env|ini|cfg|conf|properties|ya?ml|toml|json)$/i;

/** Whether a file of the project is worth looking at: small text of a kind in which people write passwords. */
export function mayHoldSecret(path: string, bytes: Buffer): boolean {
  if (/(^|\/)aml_config\/[^/]*\.(compute|runconfig)$/.test(path)) return false;
  if (!CODE.test(path) && !SETTINGS.test(path) && !/\.(txt|md|pem|key)$/i.test(path)) return false;
  return bytes.subarray(0, 1024).indexOf(0) < 0 && HINT.test(bytes.toString('latin1'));
}

/** The numbers of lines that look as if a secret stood there, at most five, from 1. */
export async function secretLinesOf(path: string, text: string): Promise<readonly number[]> {
  // The rules bring a YAML parser with them, which most submits need not load.
  const { secretReason } = await import('@aml/aml-config');
  const found: number[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length && found.length < MOST_LINES; index += 1) {
    const line = (lines[index] ?? '').slice(0, LONGEST_LINE);
    if (HINT.test(line) && isSecretLine(path, line, secretReason)) found.push(index + 1);
  }
  return found;
}

type SecretReason = (key: string, value: string) => string | undefined;

function isSecretLine(path: string, line: string, secretReason: SecretReason): boolean {
  for (const match of line.matchAll(/["'`]([^"'`\s]{8,})["'`]/g)) {
    if (secretReason('', match[1] ?? '') !== undefined) return true;
  }
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line)) return true;
  const quoted = /([A-Za-z0-9_.-]{2,60})["']?\]?\s*[:=]\s*[bru]{0,2}(["'])([^"']{6,})\2/.exec(line);
  if (quoted && isLiteral(quoted[3] ?? '') && secretReason(quoted[1] ?? '', quoted[3] ?? '') !== undefined)
    return true;
  if (!SETTINGS.test(path)) return false;
  const plain = /^\s*(?:export\s+)?([A-Za-z0-9_.-]{2,60})\s*[:=]\s*([^\s"'#{[][^\s#]{5,})\s*$/.exec(line);
  return plain !== null && secretReason(plain[1] ?? '', plain[2] ?? '') !== undefined;
}

/** A secret is one word; a sentence, a format string or a path is something else. */
function isLiteral(value: string): boolean {
  return !/[\s{}<>]/.test(value) && !/^[./~]|^%\(|^https?:\/\/[^@]*$/.test(value);
}
