import { type Address, hdinsightSshHost, parseAddress } from './address';
import { compact } from './compact';
import { readContainerLimits } from './container-limits';
import { type FindingList, type Position, quoted } from './finding';
import { COMPUTE_TARGET_KEYS, type ComputeTargetKey } from './known-keys';
import { NameValues, rootMap } from './name-values';
import { parsePassword, type Password } from './password';
import { type SourceText } from './source-text';
import { readTargetType, type TargetType } from './target-type';
import { isNull, type PlainValue } from './yaml-node';
import { parseYaml } from './yaml-source';

/** A compute target as `NAME.compute` describes it. */
export interface ComputeTarget {
  readonly name: string;
  /** Path from the project root. */
  readonly file: string;
  readonly type: TargetType;
  /** SSH host; always there for `remotedocker`, `remote` and `cluster`. */
  readonly address?: Address;
  /** SSH user; always there for `remotedocker`, `remote` and `cluster`. */
  readonly username?: string;
  readonly password?: Password;
  /** As written; absent: the service's default image. */
  readonly baseDockerImage?: string;
  /** Whether the shared folder is mounted in the container. Default: false. */
  readonly sharedVolumes: boolean;
  /** Base of the folder that runs of one project share; absent: there is none. */
  readonly nativeSharedDirectory?: string;
  /** Run with GPUs. Default: false. */
  readonly nvidiaDocker: boolean;
  /** `memory`, bytes: what a container may take; absent: as much as the machine has. */
  readonly memoryBytes?: number;
  /** Processors that a container may take, also parts of one; absent: all. */
  readonly cpus?: number;
  readonly pythonLocation?: string;
  readonly sparkSubmitLocation?: string;
  /** True: the user's own Python is used and conda is not. Default: false. */
  readonly userManagedEnvironment: boolean;
  /** Default: `cluster`. */
  readonly yarnDeployMode: 'cluster' | 'client';
  /** Where each setting stands in the file. */
  readonly positions: Readonly<Record<string, Position>>;
  /** Settings that this service does not know, kept as they are. */
  readonly unknown: Readonly<Record<string, PlainValue>>;
}

type Values = NameValues<ComputeTargetKey>;

const NOUN = 'a compute target';

/** Reads one `NAME.compute`. Undefined: the file is no YAML, or it does not say what kind of target it is. */
export function readComputeTarget(
  name: string,
  source: SourceText,
  findings: FindingList,
): ComputeTarget | undefined {
  const { root, sound } = parseYaml(source, findings);
  if (!sound) return undefined;
  const map = rootMap(source, root, NOUN, findings);
  if (map === undefined && findings.hasErrors) return undefined;
  const values = new NameValues(source, map, { noun: NOUN, keys: COMPUTE_TARGET_KEYS }, findings);
  const type = readTargetType(values, source, findings);
  const unknown = values.unknown();
  const connection = readConnection(values, type, source, findings);
  const target = {
    name,
    file: source.path,
    ...connection,
    baseDockerImage: values.text('baseDockerImage'),
    sharedVolumes: values.flag('sharedVolumes') ?? false,
    nativeSharedDirectory: values.text('nativeSharedDirectory'),
    nvidiaDocker: values.flag('nvidiaDocker') ?? false,
    ...readContainerLimits(values, source, findings),
    pythonLocation: values.text('pythonLocation'),
    sparkSubmitLocation: values.text('sparkSubmitLocation'),
    userManagedEnvironment: values.flag('userManagedEnvironment') ?? false,
    yarnDeployMode: readYarnDeployMode(values, source, findings),
    positions: values.positions,
    unknown,
  };
  if (type === undefined) return undefined;
  checkSharedDirectory(type, target, values, source, findings);
  return compact({ ...target, type });
}

/** Whether a target of this type is reached by SSH. */
export function isReachedBySsh(type: TargetType): boolean {
  return type === 'remotedocker' || type === 'remote' || type === 'cluster';
}

interface Connection {
  readonly address: Address | undefined;
  readonly username: string | undefined;
  readonly password: Password | undefined;
}

function readConnection(
  values: Values,
  type: TargetType | undefined,
  source: SourceText,
  findings: FindingList,
): Connection {
  const written = readAddress(values, source, findings);
  const username = values.text('username') ?? written.user;
  const password = readPassword(values, source, findings);
  if (type === undefined) return { ...written, username, password };
  if (isReachedBySsh(type)) {
    for (const key of ['address', 'username'] as const) {
      const missing = key === 'address' ? values.text('address') === undefined : username === undefined;
      if (!missing) continue;
      findings.error(source.path, values.positionOf(values.entry(key) === undefined ? 'type' : key), {
        code: `${key}-missing`,
        message: `a target of type \`${type}\` is reached by SSH and the file has no \`${key}\``,
        fix: key === 'address' ? 'address: HOST' : 'username: USER',
        hint:
          key === 'address'
            ? 'Put the host name or the IP address of the machine in place of HOST.'
            : 'Put the SSH user in place of USER.',
      });
    }
  } else if (written.address !== undefined) {
    const meant = type === 'docker' ? 'remotedocker' : 'remote';
    findings.warning(source.path, values.positionOf('address'), {
      code: 'address-without-effect',
      message: `a target of type \`${type}\` is this machine; \`address\` has no effect`,
      hint: `Write \`type: ${meant}\` if the machine at ${quoted(written.address.host)} is meant.`,
    });
  }
  return { address: written.address, username, password };
}

function readAddress(
  values: Values,
  source: SourceText,
  findings: FindingList,
): { address: Address | undefined; user?: string } {
  const text = values.text('address');
  const entry = values.entry('address');
  if (text === undefined || entry === undefined) return { address: undefined };
  const parsed = parseAddress(text);
  if (parsed === undefined) {
    findings.error(source.path, values.positionOf('address'), {
      code: 'address-malformed',
      message: `\`address\` is ${quoted(text)}, which is neither a host name nor an IP address, with or without a port`,
      fix: 'address: HOST:22',
    });
    return { address: undefined };
  }
  const { address, user, decorated } = parsed;
  const plain = address.port === undefined ? address.host : `${address.host}:${String(address.port)}`;
  const sshHost = hdinsightSshHost(address.host);
  if (sshHost !== undefined) {
    findings.warning(source.path, values.positionOf('address'), {
      code: 'hdinsight-address',
      message: `${quoted(address.host)} is the web address of an HDInsight cluster; SSH is at ${quoted(sshHost)}`,
      fix: values.line(entry, address.port === undefined ? sshHost : `${sshHost}:${String(address.port)}`),
    });
  } else if (decorated) {
    findings.warning(source.path, values.positionOf('address'), {
      code: 'address-decorated',
      message: `\`address\` is more than a host: it is read as ${quoted(plain)}`,
      fix: values.line(entry, plain),
    });
  }
  return { address, ...(user === undefined ? {} : { user }) };
}

function readPassword(values: Values, source: SourceText, findings: FindingList): Password | undefined {
  const node = values.entry('password')?.value;
  if (node === undefined || isNull(node)) return undefined;
  if (node.kind !== 'scalar') {
    values.wrongType('password', node, 'text');
    return undefined;
  }
  if (node.text.trim() === '') return undefined;
  const password = parsePassword(node.text);
  if (password.kind === 'plain-text') {
    findings.warning(source.path, values.positionOf('password'), {
      code: 'password-plain-text',
      message:
        'THE PASSWORD STANDS IN THIS FILE IN PLAIN TEXT: everyone who gets the project or its history can read it',
      hint: 'Type `aml secret adopt`: it moves the password into the secret store and leaves a reference here. Then change the password, since the old one is in the history.',
    });
  } else if (password.reference === '') {
    findings.error(source.path, values.positionOf('password'), {
      code: 'password-reference-empty',
      message: '`password` refers to a stored secret and does not say which one',
      hint: 'Type `aml computetarget update` with the password, or remove the line to use a key.',
    });
    return undefined;
  }
  return password;
}

function readYarnDeployMode(values: Values, source: SourceText, findings: FindingList): 'cluster' | 'client' {
  const text = values.text('yarnDeployMode');
  const mode = text?.toLowerCase();
  if (mode === undefined || mode === 'cluster' || mode === 'client') return mode ?? 'cluster';
  findings.error(source.path, values.positionOf('yarnDeployMode'), {
    code: 'yarn-deploy-mode-unknown',
    message: `\`yarnDeployMode\` is ${quoted(text ?? '')}; it can be \`cluster\` or \`client\``,
    fix: 'yarnDeployMode: cluster',
  });
  return 'cluster';
}

function checkSharedDirectory(
  type: TargetType,
  target: { readonly nativeSharedDirectory: string | undefined; readonly sharedVolumes: boolean },
  values: Values,
  source: SourceText,
  findings: FindingList,
): void {
  if (target.nativeSharedDirectory === undefined) return;
  if (type === 'cluster') {
    findings.warning(source.path, values.positionOf('nativeSharedDirectory'), {
      code: 'shared-directory-unsupported',
      message: '`nativeSharedDirectory` is not supported on a cluster; its runs have no shared folder',
    });
  }
  if ((type !== 'docker' && type !== 'remotedocker') || target.sharedVolumes) return;
  findings.error(source.path, values.positionOf('nativeSharedDirectory'), {
    code: 'shared-directory-without-volumes',
    message: `\`nativeSharedDirectory\` needs \`sharedVolumes: true\` in Docker, and ${values.entry('sharedVolumes') === undefined ? 'there is no `sharedVolumes`' : '`sharedVolumes` is not true'}: the container could not see the shared folder`,
    fix: 'sharedVolumes: true',
    hint: 'Or remove `nativeSharedDirectory` if no run uses the shared folder.',
  });
}
