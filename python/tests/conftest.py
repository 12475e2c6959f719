"""Run folders with real supervisors, for all tests. Nothing that a test starts outlives it."""
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SUPERVISOR = os.path.join(ROOT, 'supervisor', 'supervisor.py')
SHELL_SUPERVISOR = os.path.join(ROOT, 'supervisor', 'supervisor.sh')
SDK = os.path.join(ROOT, 'sdk')


def find_interpreters():
    """Every Python of this machine that the product supports, one per minor version, the one that runs the tests first."""
    homes = os.path.join(os.environ.get('PYENV_ROOT', os.path.expanduser('~/.pyenv')), 'versions', '*', 'bin', 'python')
    candidates = [shutil.which('python%s' % v) for v in ['2.7'] + ['3.%d' % minor for minor in range(5, 14)]]
    found = {'%d.%d' % sys.version_info[:2]: sys.executable}
    for path in [c for c in candidates if c] + sorted(glob.glob(homes)):
        asked = subprocess.run([path, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], capture_output=True, text=True)
        version = asked.stdout.strip()
        if asked.returncode == 0 and version in ['2.7'] + ['3.%d' % minor for minor in range(5, 14)]:
            found.setdefault(version, path)
    return found


INTERPRETERS = find_interpreters()


def is_alive(pid):
    """Whether a process runs; a zombie does not."""
    try:
        with open('/proc/%d/stat' % pid) as file:
            return file.read().rsplit(')', 1)[1].split()[0] not in 'ZX'
    except OSError:
        return False


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError('waited %s s in vain' % seconds)


class RunFolder:
    """One run. `launch` starts the real supervisor on it, `exit` waits for what it recorded."""

    command = [sys.executable, '-E', '-s', '-S', SUPERVISOR]

    def __init__(self, path, run_id='demo_1'):
        self.path, self.run_id = str(path), run_id
        for name in ('control', 'project'):
            os.makedirs(os.path.join(self.path, name), exist_ok=True)

    def at(self, *parts):
        return os.path.join(self.path, *parts)

    def request(self, argv, **fields):
        request = {'version': 1, 'runId': self.run_id, 'argv': argv, 'env': {'PATH': os.environ['PATH']}}
        request.update({'graceSeconds': 0.3, 'leftoverSeconds': 0.3, 'timeLimitSeconds': None}, **fields)
        self.write('control/request.json', json.dumps(request))
        return self

    def python(self, code, *arguments, **fields):
        return self.request([sys.executable, '-c', code, *arguments], **fields)

    def shell(self, code, *arguments, **fields):
        return self.request(['sh', '-c', code, 'sh', *arguments], **fields)

    def write(self, name, text):
        with open(self.at(name) + '.new', 'w') as file:
            file.write(text)
        os.rename(self.at(name) + '.new', self.at(name))

    def launch(self, detach=True, **options):
        options.setdefault('timeout', 30)
        options.setdefault('capture_output', True)
        return subprocess.run(self.command + [self.path] + (['--detach'] if detach else []), **options)

    def start(self, **options):
        done = self.launch(**options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def foreground(self, **options):
        return subprocess.Popen(self.command + [self.path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def cancel(self):
        self.write('control/cancel.json', '{}')

    def json(self, name):
        try:
            with open(self.at('control', name)) as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    @property
    def supervisor(self):
        return self.json('supervisor.json')

    def exit(self, seconds=15):
        return wait_until(lambda: self.json('exit.json'), seconds)

    def bytes(self, name):
        with open(self.at(name), 'rb') as file:
            return file.read()

    def numbers(self, name):
        """Pids or counts that a script appended to a file, one per line."""
        try:
            return [int(line) for line in self.bytes(name).split()]
        except FileNotFoundError:
            return []

    def metrics(self):
        return [json.loads(line) for line in self.bytes('spool/metrics.jsonl').splitlines()]

    def marked(self):
        """Processes that carry the marker of this run, its supervisor not among them."""
        found = []
        for path in glob.glob('/proc/[0-9]*/environ'):
            try:
                with open(path, 'rb') as file:
                    if b'AZUREML_RUN_ID=' + self.run_id.encode() + b'\0' in file.read():
                        found.append(int(path.split('/')[2]))
            except OSError:
                pass
        return found

    def sweep(self):
        pids = self.marked()
        owner = self.json('claim') if os.path.exists(self.at('control/claim')) else {}
        for pid in pids + [owner.get('pid', 0)]:
            if pid > 1 and pid != os.getpid() and (pid in pids or is_supervisor(pid)):
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass


def is_supervisor(pid):
    try:
        with open('/proc/%d/cmdline' % pid, 'rb') as file:
            return b'supervisor' in file.read()
    except OSError:
        return False


class ShellRunFolder(RunFolder):
    """The same run for the supervisor without Python, which reads control/request.txt."""

    command = ['sh', SHELL_SUPERVISOR]

    def request(self, argv, **fields):
        super().request(argv, **fields)
        request = self.json('request.json')
        os.unlink(self.at('control/request.json'))
        lines = ['version 1', 'runId ' + request['runId'], 'cwd ' + request.get('cwd', 'project')]
        lines += ['%s %s' % (n, request[n] if request[n] is not None else '') for n in ('timeLimitSeconds', 'graceSeconds', 'leftoverSeconds')]
        escape = lambda text: text.replace('\\', '\\\\').replace('\n', '\\n')
        lines += ['env ' + escape('%s=%s' % item) for item in request['env'].items()]
        lines += ['arg ' + escape(argument) for argument in argv] + ['end', '']
        self.write('control/request.txt', '\n'.join(lines))
        return self


def numbered(folder, kind):
    made = []

    def make(run_id=None):
        number = len(made)
        run = kind(folder / ('run %d é' % number), run_id or 'test_%d_%d' % (time.time_ns(), number))
        made.append(run)
        return run

    return made, make


@pytest.fixture
def new_run(tmp_path):
    made, make = numbered(tmp_path, RunFolder)
    yield make
    for run in made:
        run.sweep()


@pytest.fixture
def run(new_run):
    return new_run()


@pytest.fixture
def shell_run(tmp_path):
    made, make = numbered(tmp_path, ShellRunFolder)
    yield make()
    for run in made:
        run.sweep()
