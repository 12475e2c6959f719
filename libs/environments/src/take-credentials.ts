/** User name and password of a host, as they were in a URL. Never part of a definition, an image or a message. */
export interface Credentials {
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

/** Splits `https://user:password@host/…` into the URL without the two and the two. Other text comes back as it is. */
export function takeCredentials(url: string): { readonly url: string; readonly credentials?: Credentials } {
  const match = /^(.*?[a-z][a-z0-9+.-]*:\/\/)([^/@\s:]+)(?::([^/@\s]*))?@([^/\s:?#]+)(.*)$/is.exec(url);
  // git+ssh://git@host has a user and no secret.
  if (!match || match[3] === undefined) return { url };
  const [, scheme = '', user = '', password = '', host = '', rest = ''] = match;
  return {
    url: scheme + host + rest,
    credentials: { host, user: decoded(user), password: decoded(password) },
  };
}

/** The netrc file that pip, uv and the conda installer read; empty text for none. */
export function netrcOf(credentials: readonly Credentials[]): string {
  const lines = credentials.map(
    ({ host, user, password }) => `machine ${host} login ${user} password ${password}`,
  );
  return lines.length === 0 ? '' : `${[...new Set(lines)].join('\n')}\n`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
