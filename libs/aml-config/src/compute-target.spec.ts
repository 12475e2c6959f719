import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hdinsightSshHost, parseAddress } from './address';
import { type ComputeTarget } from './compute-target';
import { parsePassword } from './password';
import { codes, read, said } from './testing.fixture';

const FILE = 'aml_config/t.compute';
const shown = (text: string): string => said({ [FILE]: text });
const target = (text: string): ComputeTarget | undefined => read({ [FILE]: text }).computeTargets[0];
const warned = (text: string): readonly string[] => codes(read({ [FILE]: text }).findings);

describe('type', () => {
  it.each([
    ['type: local', 'local'],
    ['type: docker', 'docker'],
    ['type: localdocker', 'docker'],
    ['type: "localdocker"', 'docker'],
    ['type: cluster\naddress: h\nusername: u', 'cluster'],
    ['type: remote\naddress: h\nusername: u', 'remote'],
    ['type: remotedocker\naddress: h\nusername: u', 'remotedocker'],
    ['cluster: True\naddress: h\nusername: u', 'cluster'],
    ['native: True', 'local'],
    ['native: True\ncluster: False\naddress: h\nusername: u', 'remote'],
    ['native: False\ncluster: False\naddress: h\nusername: u', 'remotedocker'],
    ['native: False', 'docker'],
  ])('of `%s` is %s, without a word', (text, type) => {
    expect([target(text)?.type, warned(text)]).toEqual([type, []]);
  });

  it('in other capitals is read, with the line to write', () => {
    expect(target('type: "Remote-Docker"\naddress: h\nusername: u')?.type).toBe('remotedocker');
    expect(shown('type: "Remote-Docker"\naddress: h\nusername: u')).toContain(
      '  write:\n    type: "remotedocker"',
    );
  });

  it('that is unknown is an error that lists the known ones and the likely one', () => {
    expect(shown('type: dokcer\n')).toBe(
      [
        'aml_config/t.compute:1:7: error: `type` is `dokcer`; it can be `cluster`, `docker`, `local`, `remote` and `remotedocker` [target-type-unknown]',
        '   1 | type: dokcer',
        '     |       ^',
        '  Did you mean `docker`?',
      ].join('\n'),
    );
  });

  it('that is missing is an error with the line to add', () => {
    expect(shown('address: foo-ssh.azurehdinsight.net\n')).toContain(
      'there is no `type` [target-type-missing]',
    );
    expect(shown('address: foo-ssh.azurehdinsight.net\n')).toContain('  write:\n    type: cluster');
    expect(shown('baseDockerImage: x\n')).toContain('    type: docker');
    expect(shown('')).toContain('    type: local');
    expect(shown('type: [docker]\n')).toContain('`type` must be text, here it is a list [wrong-type]');
  });
});

describe('limits of a container', () => {
  it.each([
    ['2g', 2 * 1024 ** 3],
    ['512m', 512 * 1024 ** 2],
    ['512 MB', 512 * 1024 ** 2],
    ['1.5GiB', 1.5 * 1024 ** 3],
    ['8388608', 8_388_608],
  ])('memory of `%s` is %d bytes', (text, bytes) => {
    expect(target(`type: docker\nmemory: ${text}\ncpus: 1.5\n`)).toMatchObject({
      memoryBytes: bytes,
      cpus: 1.5,
    });
    expect(warned(`type: docker\nmemory: ${text}\n`)).toEqual([]);
  });

  it.each(['memory: much', 'memory: 1m', 'memory: -1g', 'cpus: all', 'cpus: 0', 'cpus: -1'])(
    '`%s` is an error with the line to write',
    (line) => {
      expect(shown(`type: docker\n${line}\n`)).toMatch(
        /aml_config\/t\.compute:2:\d: error: [^]*write:\n {4}(memory|cpus): 2/,
      );
    },
  );
});

describe('address', () => {
  it.each([
    ['h', { host: 'h' }],
    ['vm.example.com:2222', { host: 'vm.example.com', port: 2222 }],
    ['10.0.0.4:22', { host: '10.0.0.4', port: 22 }],
    ['[fe80::1]:22', { host: 'fe80::1', port: 22 }],
    ['2001:db8::1', { host: '2001:db8::1' }],
    ['ssh://me@vm:22/', { host: 'vm', port: 22 }],
    ['https://foo-ssh.azurehdinsight.net/', { host: 'foo-ssh.azurehdinsight.net' }],
  ])('%s is read', (text, address) => {
    expect(parseAddress(text)?.address).toEqual(address);
  });

  it.each(['a b', 'h:0', 'h:70000', ':22', 'h:22:x', 'a/../b c', '-oProxyCommand=x', ''])(
    '%j is none',
    (text) => {
      expect(parseAddress(text)?.address.host ?? 'none').toBe(text === 'a/../b c' ? 'a' : 'none');
    },
  );

  it('of an HDInsight cluster without -ssh is a warning with the right name', () => {
    expect(shown('type: cluster\naddress: "foo.azurehdinsight.net"\nusername: sshuser\n')).toBe(
      [
        'aml_config/t.compute:2:10: warning: `foo.azurehdinsight.net` is the web address of an HDInsight cluster; SSH is at `foo-ssh.azurehdinsight.net` [hdinsight-address]',
        '   2 | address: "foo.azurehdinsight.net"',
        '     |          ^',
        '  write:',
        '    address: "foo-ssh.azurehdinsight.net"',
      ].join('\n'),
    );
    expect(hdinsightSshHost('foo-int.azurehdinsight.net')).toBe('foo-ssh.azurehdinsight.net');
    expect(hdinsightSshHost('foo-ssh.azurehdinsight.net')).toBeUndefined();
    expect(hdinsightSshHost('foo.example.net')).toBeUndefined();
  });

  it('and user are needed for targets that SSH reaches', () => {
    const text = shown('type: remotedocker\n');
    expect(text).toContain(
      'a target of type `remotedocker` is reached by SSH and the file has no `address` [address-missing]',
    );
    expect(text).toContain('the file has no `username` [username-missing]');
    expect(target('type: remote\naddress: me@vm\n')).toMatchObject({
      username: 'me',
      address: { host: 'vm' },
    });
  });

  it('of a local type is said to have no effect', () => {
    expect(shown('type: docker\naddress: 10.0.0.4\n')).toContain(
      'Write `type: remotedocker` if the machine at `10.0.0.4` is meant.',
    );
  });

  it('with a password in it is not shown', () => {
    expect(shown('type: remote\naddress: "ssh://me:hunter22@vm:x"\nusername: u\n')).not.toContain('hunter22');
  });
});

describe('password', () => {
  it('in plain text loads, with a loud warning that does not show it', () => {
    const text = 'type: remote\naddress: h\nusername: u\npassword: "Hunter 2 #x"\n';
    const password = target(text)?.password;
    expect(password).toMatchObject({ kind: 'plain-text' });
    expect(password?.kind === 'plain-text' ? password.value : '').toBe('Hunter 2 #x');
    expect(shown(text)).toBe(
      [
        'aml_config/t.compute:4:11: warning: THE PASSWORD STANDS IN THIS FILE IN PLAIN TEXT: everyone who gets the project or its history can read it [password-plain-text]',
        '   4 | password: ********',
        '     |           ^',
        '  Type `aml secret adopt`: it moves the password into the secret store and leaves a reference here. Then change the password, since the old one is in the history.',
      ].join('\n'),
    );
  });

  it('in plain text is hard to print', () => {
    const password = parsePassword('hunter2');
    const ways = [
      JSON.stringify({ password }),
      String(password),
      inspect({ password }),
      JSON.stringify({ ...password }),
      `${inspect(password, { showHidden: true })}`,
    ];
    expect(ways.join()).not.toContain('hunter2');
  });

  it('that is a number is the number as written', () => {
    const password = target('type: remote\naddress: h\nusername: u\npassword: 007\n')?.password;
    expect(password?.kind === 'plain-text' ? password.value : '').toBe('007');
  });

  it('of a stored secret is a reference, in both forms', () => {
    expect(parsePassword('AzureMlSecret=vm#me#0af1')).toEqual({
      kind: 'secret-reference',
      reference: 'vm#me#0af1',
    });
    expect(parsePassword(' AzureMlSecret=6cb2f2b4-5a52 ')).toEqual({
      kind: 'secret-reference',
      reference: '6cb2f2b4-5a52',
    });
    expect(shown('type: remote\naddress: h\nusername: u\npassword: AzureMlSecret=\n')).toContain(
      'does not say which one [password-reference-empty]',
    );
  });
});

describe('settings', () => {
  it('take the words people write for true and false, with a warning', () => {
    const text = 'type: docker\nsharedVolumes: "True"\nnvidiaDocker: yes\nuserManagedEnvironment: 1\n';
    expect(target(text)).toMatchObject({
      sharedVolumes: true,
      nvidiaDocker: true,
      userManagedEnvironment: true,
    });
    expect(warned(text)).toEqual([
      'warning boolean-spelling',
      'warning boolean-spelling',
      'warning boolean-spelling',
    ]);
    expect(shown(text)).toContain(
      '`nvidiaDocker` is `yes`, which is not a boolean; it is read as `true` [boolean-spelling]',
    );
    expect(shown(text)).toContain('  write:\n    nvidiaDocker: true');
    expect(shown('type: docker\nsharedVolumes: maybe\n')).toContain(
      '`sharedVolumes` must be `true` or `false`, here it is `maybe` [wrong-type]',
    );
  });

  it('are found in other capitals, with a warning', () => {
    expect(target('Type: docker\nBASEDOCKERIMAGE: x\nshared_volumes: true\n')).toMatchObject({
      baseDockerImage: 'x',
      sharedVolumes: true,
    });
    expect(shown('type: docker\nBASEDOCKERIMAGE: x\n')).toContain(
      'the setting is written `baseDockerImage`, here it is `BASEDOCKERIMAGE`; it is read as `baseDockerImage` [key-spelling]',
    );
  });

  it('say how Spark is deployed on a cluster', () => {
    const head = 'type: cluster\naddress: h\nusername: u\n';
    expect(target(head)?.yarnDeployMode).toBe('cluster');
    expect(target(`${head}yarnDeployMode: Client\n`)?.yarnDeployMode).toBe('client');
    expect(shown(`${head}yarnDeployMode: standalone\n`)).toContain(
      'it can be `cluster` or `client` [yarn-deploy-mode-unknown]',
    );
  });

  it('fall back to their defaults', () => {
    expect(target('type: docker\n')).toEqual({
      name: 't',
      file: FILE,
      type: 'docker',
      sharedVolumes: false,
      nvidiaDocker: false,
      userManagedEnvironment: false,
      yarnDeployMode: 'cluster',
      positions: { type: { line: 1, column: 7 } },
      unknown: {},
    });
  });
});

describe('nativeSharedDirectory', () => {
  it('without sharedVolumes is an error in Docker, with the line to write', () => {
    expect(shown('type: docker\nsharedVolumes: false\nnativeSharedDirectory: ~/.azureml/share/\n')).toBe(
      [
        'aml_config/t.compute:3:24: error: `nativeSharedDirectory` needs `sharedVolumes: true` in Docker, and `sharedVolumes` is not true: the container could not see the shared folder [shared-directory-without-volumes]',
        '   3 | nativeSharedDirectory: ~/.azureml/share/',
        '     |                        ^',
        '  write:',
        '    sharedVolumes: true',
        '  Or remove `nativeSharedDirectory` if no run uses the shared folder.',
      ].join('\n'),
    );
    expect(warned('type: remotedocker\naddress: h\nusername: u\nnativeSharedDirectory: /x\n')).toEqual([
      'error shared-directory-without-volumes',
    ]);
  });

  it('is fine elsewhere, and not supported on a cluster', () => {
    expect(warned('type: local\nnativeSharedDirectory: /x\n')).toEqual([]);
    expect(warned('type: docker\nsharedVolumes: True\nnativeSharedDirectory: /x\n')).toEqual([]);
    expect(warned('type: cluster\naddress: h\nusername: u\nnativeSharedDirectory: /x\n')).toEqual([
      'warning shared-directory-unsupported',
    ]);
  });
});
