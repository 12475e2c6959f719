import { describe, expect, it } from 'vitest';
import { COMMANDS, GROUPS } from './commands/catalogue';
import { readCommandLine, type Request } from './program';

const read = (line: string | readonly string[]): Request =>
  readCommandLine(typeof line === 'string' ? line.split(' ') : line, { program: 'aml', columns: 100 });

function command(line: string | readonly string[]): Extract<Request, { kind: 'command' }> {
  const request = read(line);
  if (request.kind !== 'command') throw new Error(`no command: ${request.text}`);
  return request;
}

describe('the command line', () => {
  it.each([
    'computetarget attach --name N --address A --username U --password P --type remotedocker',
    'computetarget attach remotedocker -n N -a A -u U -w P',
    'computetarget attach remotedocker --name N --address A --username U --use-azureml-ssh-key',
    'computetarget attach remotedocker -n N -a A -u U -k',
    'computetarget attach cluster --name N --address foo-ssh.azurehdinsight.net --username U --password P',
    'computetarget list',
    'computetarget show local',
    'computetarget detach --name N',
    'computetarget update --name N --address A',
    'runconfiguration create -n X -t local',
    'runconfigurations list',
    'runconfiguration show local',
    'runconfiguration delete local',
    'experiment prepare -c NAME',
    'experiment prepare --run-configuration NAME',
    'experiment submit -c NAME script.py',
    'experiment submit --run-configuration NAME script.py a b',
    'experiment submit -t TARGET -c NAME script.py',
    'experiment submit NAME.runconfig',
    'experiment cancel -r RUN_ID',
    'experiment clean -c NAME',
    'experiment diagnostics -r RUN_ID -t TARGET',
    'execute start -c NAME script.py',
    'history list -o tsv --query x',
    'history last',
    'history info -r RUN_ID',
    'history compare -r A -r B',
    'history download -r RUN_ID -d DIR',
    'history promote -r RUN_ID -ap outputs/model.pkl -n NAME',
    'asset download -l assets/model.pkl.link -d DIR',
    'account list -o table',
    'account set -s SUBSCRIPTION',
    'account show',
    'login',
  ])('takes `%s`, with and without ml in front', (line) => {
    expect(command(line).definition.path).toEqual(command(`ml ${line}`).definition.path);
  });

  it('leaves everything after the script to the script', () => {
    const { input, output } = command(
      'experiment submit -c local train.py --alpha 0.1 -o x --help -c other -- --query z',
    );
    expect(input.operands).toEqual([
      'train.py',
      '--alpha',
      '0.1',
      '-o',
      'x',
      '--help',
      '-c',
      'other',
      '--',
      '--query',
      'z',
    ]);
    expect(input.text('runConfiguration')).toBe('local');
    expect(output.format).toBe('table');
  });

  it('keeps empty arguments, spaces and dollars of a script as they are', () => {
    const args = ['experiment', 'submit', '-c', 'local', 'train.py', '', 'a b', '$HOME', "it's"];
    expect(command(args).input.operands).toEqual(['train.py', '', 'a b', '$HOME', "it's"]);
  });

  it('takes NAME.runconfig for the configuration, with options on either side', () => {
    const { input } = command('experiment submit --tag a=b docker.runconfig --detach');
    expect(input.text('runConfiguration')).toBe('docker.runconfig');
    expect(input.operands).toEqual([]);
    expect(input.flag('detach')).toBe(true);
    expect(command('experiment submit docker.runconfig train.py --x').input.operands).toEqual([
      'train.py',
      '--x',
    ]);
    expect(command('experiment submit -c local odd.runconfig').input.operands).toEqual(['odd.runconfig']);
  });

  it('takes repeated options as a list, and a sort that begins with a dash', () => {
    const { input } = command([
      'history',
      'list',
      '--metric',
      'a>1',
      '--metric',
      'b',
      '--sort',
      '-metrics.Accuracy',
    ]);
    expect(input.list('metric')).toEqual(['a>1', 'b']);
    expect(input.text('sort')).toBe('-metrics.Accuracy');
  });

  it('leaves open what neither --x nor --no-x decided', () => {
    expect(command('experiment submit -c local').input.choice('prepare')).toBeUndefined();
    expect(command('experiment submit -c local --no-prepare').input.choice('prepare')).toBe(false);
    expect(command('experiment submit -c local --prepare').input.choice('prepare')).toBe(true);
  });

  it('prints JSON for a query without a format, since its result may have any shape', () => {
    expect(command('history list --query x').output.format).toBe('json');
    expect(command('history list --query x -o table').output.format).toBe('table');
  });

  it.each([
    ['experimnt submit', "unknown command 'experimnt'", 'Did you mean experiment?'],
    ['experiment submt', "unknown command 'submt'", 'Did you mean submit?'],
    ['history list --statu x', "unknown option '--statu'", 'Did you mean --status?'],
    ['history list -o', "option '-o, --output <format>' argument missing", '`aml history list --help`'],
    ['history list -o xml', '`xml` is not an output format', '-o table'],
    ['secret delete', "missing required argument 'reference'", '`aml secret delete --help`'],
  ])('refuses `%s` with what was meant', (line, message, hint) => {
    expect(() => read(line)).toThrow(
      expect.objectContaining({ message, hint: expect.stringContaining(hint) as string, blame: 'user' }),
    );
  });

  it('shows help on request, and exits with 2 where only a group was typed', () => {
    expect(read('--help')).toMatchObject({ kind: 'text', exitCode: 0 });
    expect(read('experiment --help')).toMatchObject({ kind: 'text', exitCode: 0 });
    expect(read('experiment')).toMatchObject({ kind: 'text', exitCode: 2 });
    expect(read([])).toMatchObject({ kind: 'text', exitCode: 2 });
  });

  it('has a group for each command, and examples in the help of each', () => {
    for (const definition of COMMANDS) {
      expect(GROUPS.map((group) => group.name)).toContain(definition.path[0]);
      expect(definition.examples.length, definition.path.join(' ')).toBeGreaterThan(0);
      const help = read([...definition.path, '--help']);
      expect(help.kind === 'text' ? help.text : '').toContain(`aml ${definition.examples[0]?.[0] ?? ''}`);
    }
  });

  it('has examples that can be typed', () => {
    for (const [line] of COMMANDS.flatMap((definition) => definition.examples)) {
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
      expect(read(words).kind, line).toBe('command');
    }
  });
});
