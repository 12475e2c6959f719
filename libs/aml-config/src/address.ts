export interface Address {
  /** Host name or IP address; an IPv6 address without brackets. */
  readonly host: string;
  /** SSH port, when the file names one. */
  readonly port?: number;
}

export interface ParsedAddress {
  readonly address: Address;
  /** The user in `user@host`. */
  readonly user?: string;
  /** True when the text had a scheme, a user or a path around the host. */
  readonly decorated: boolean;
}

/** Reads `host`, `host:port`, `[ipv6]:port`, and what people paste instead: `ssh://user@host:22/`. Undefined: no host in it. */
export function parseAddress(text: string): ParsedAddress | undefined {
  const bare = text
    .trim()
    .replace(/^[A-Za-z][A-Za-z0-9+.-]{0,20}:\/\//, '')
    .replace(/\/.*$/s, '');
  const at = bare.lastIndexOf('@');
  const user = at > 0 ? bare.slice(0, at) : undefined;
  const address = parseHostAndPort(bare.slice(at + 1));
  if (address === undefined) return undefined;
  return { address, ...(user === undefined ? {} : { user }), decorated: bare !== text.trim() || at >= 0 };
}

function parseHostAndPort(text: string): Address | undefined {
  const bracketed = /^\[([0-9A-Fa-f:.%]+)\](?::(\d{1,6}))?$/.exec(text);
  if (bracketed?.[1] !== undefined) return withPort(bracketed[1], bracketed[2]);
  if (/^[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]{0,15}){2,8}(?:%\w+)?$/.test(text)) return { host: text };
  const named = /^([\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,252}[\p{L}\p{N}_.])?)(?::(\d{1,6}))?$/u.exec(text);
  return named?.[1] === undefined ? undefined : withPort(named[1], named[2]);
}

function withPort(host: string, digits: string | undefined): Address | undefined {
  if (digits === undefined) return { host };
  const port = Number(digits);
  return port >= 1 && port <= 65535 ? { host, port } : undefined;
}

/**
 * The SSH end point of an HDInsight cluster whose web address was given: `foo.azurehdinsight.net` answers HTTPS only, SSH is at
 * `foo-ssh.azurehdinsight.net`. Undefined: the host is right, or no HDInsight cluster.
 */
export function hdinsightSshHost(host: string): string | undefined {
  const [, cluster, domain] = /^([a-z0-9-]{1,63})(\.azurehdinsight\.(?:net|cn|us|de))\.?$/i.exec(host) ?? [];
  if (cluster === undefined || domain === undefined || /-ssh$/i.test(cluster)) return undefined;
  return `${cluster.replace(/-int$/i, '')}-ssh${domain}`;
}
