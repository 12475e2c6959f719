#!/usr/bin/env python
"""The supervisor of a run folder: starts its script once, records it, ends it.

    supervisor.py RUN_FOLDER [--detach]

One file, nothing but the standard library, Python 2.7 and 3.5 or later, Linux and macOS. README.md beside this file
describes every file that is read and written, and what each of them proves.

Why the script can never be started twice:
 1. `control/claim` is locked (flock) by the supervisor for as long as it lives; only the holder goes on.
 2. The child that becomes the script waits at a gate. The gate opens after `control/supervisor.json`, with the
    child's pid and start time, is on the disk. If the supervisor dies before that, the child reads end-of-file and
    leaves without having started anything.
So: lock free and no supervisor.json = never started, another supervisor may start it. Lock free and a
supervisor.json = it may have been started; another supervisor only watches and ends it.
"""
from __future__ import print_function

import errno
import fcntl
import json
import os
import select
import signal
import sys
import time

VERSION = 1
POLL_SECONDS = 0.2  # how soon control/cancel.json is seen when no signal comes with it
KILL_SECONDS = 10.0  # SIGKILL is repeated for this long before what is left is reported as survivors
WAIT_SECONDS = 30.0  # how long a second launch waits for the first one's supervisor.json
RETRY_SECONDS = 3600.0  # how long exit.json is tried again on a full disk
RESERVE_BYTES = 8192  # kept aside at the start, so that exit.json fits on a full disk
MAX_LISTED = 40  # leftovers or survivors named in exit.json
PROC = '/proc'
FORWARDED = ('SIGUSR1', 'SIGUSR2', 'SIGQUIT')
EXIT_STATUS = {'timeLimit': 124, 'canceled': 143, 'terminated': 143, 'startFailed': 127, 'lost': 125}

TEXT = type(u'')
NUMBERS = (int, float) if sys.version_info[0] > 2 else (int, float, type(2 ** 64))


class StartFailure(Exception):
    """The script cannot be started; the text goes to the user."""


class LaunchError(Exception):
    """This launch achieved nothing and recorded nothing; the text goes to whoever launched."""


# --- small things that differ between Python 2 and 3 --------------------------------------------------------------


def to_bytes(text):
    """What the system gets for a text: UTF-8, whatever the locale of the supervisor says."""
    if isinstance(text, bytes):
        return text
    return text.encode('utf-8', 'surrogateescape' if sys.version_info[0] > 2 else 'strict')


def path_bytes(argument):
    """A path from the command line as the bytes that were typed."""
    return argument if isinstance(argument, bytes) else getattr(os, 'fsencode')(argument)


def to_text(data):
    return data if isinstance(data, TEXT) else data.decode('utf-8', 'replace')


def monotonic():
    """Seconds that no change of the clock moves. Python 2 has only the kernel's tick count (10 ms)."""
    clock = getattr(time, 'monotonic', None)
    return clock() if clock else os.times()[4]


def utc(seconds):
    return '%s.%06dZ' % (time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds)), int(seconds % 1 * 1000000))


def complain(text):
    try:
        os.write(2, to_bytes(text) + b'\n')
    except OSError:
        pass  # a full disk or a closed stderr must not end the run


def log(message):
    complain(u'%s supervisor[%d]: %s' % (utc(time.time()), os.getpid(), to_text(message)))


# --- files --------------------------------------------------------------------------------------------------------


def read_file(path):
    """The bytes of a file, or None where it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (IOError, OSError):
        return None
    try:
        parts = []
        while True:
            part = os.read(descriptor, 65536)
            if not part:
                return b''.join(parts)
            parts.append(part)
    except (IOError, OSError):
        return None
    finally:
        os.close(descriptor)


def read_json(path):
    data = read_file(path)
    try:
        return None if data is None else json.loads(data.decode('utf-8'))
    except ValueError:
        return None


def write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


def sync_folder(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems refuse it for folders
    finally:
        os.close(descriptor)


def write_json(path, value, reserve=None):
    """Whole or not at all, and on the disk when this returns. `reserve` is a file whose blocks are used up for it."""
    data = json.dumps(value, sort_keys=True).encode('ascii') + b'\n'
    temporary = reserve or path + b'.tmp'
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        write_all(descriptor, data)  # over the reserved blocks first: these are there even on a full disk
        os.ftruncate(descriptor, len(data))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(temporary, path)
    sync_folder(os.path.dirname(path))


def keep_out_of_children(descriptor):
    fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.fcntl(descriptor, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)
    return descriptor


def pipe():
    return [keep_out_of_children(end) for end in os.pipe()]


def close_others(keep):
    """Closes everything a launcher left open, but 0, 1, 2 and `keep`: an SSH channel would otherwise never end."""
    try:
        numbers = [int(name) for name in os.listdir('/proc/self/fd' if os.path.isdir('/proc/self/fd') else '/dev/fd')]
    except OSError:
        numbers = range(3, 1024)
    for number in numbers:
        if number > 2 and number not in keep:
            try:
                os.close(number)
            except OSError:
                pass


# --- processes ----------------------------------------------------------------------------------------------------


def command_output(argv):
    """(pid, output) of a command; only used where there is no /proc."""
    import subprocess

    try:
        with open(os.devnull, 'w') as null:
            process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=null, env=dict(os.environ, LC_ALL='C'))
            return process.pid, process.communicate()[0]
    except OSError:
        return 0, b''


class ProcTable(object):
    """Processes as Linux shows them below /proc. An entry is (parent, group, start time)."""

    works = True

    def entries(self):
        table = {}
        for name in os.listdir(PROC):
            if name.isdigit():
                entry = self.entry(int(name))
                if entry:
                    table[int(name)] = entry
        return table

    def entry(self, pid):
        """None for what is gone: also for a zombie, unless other threads of it still run."""
        data = read_file('%s/%d/stat' % (PROC, pid))
        if not data:
            return None
        fields = data[data.rindex(b')') + 2:].split()
        if fields[0] in (b'Z', b'X') and int(fields[17]) < 2:
            return None
        return int(fields[1]), int(fields[2]), to_text(fields[19])

    def has_marker(self, pid, marker):
        data = read_file('%s/%d/environ' % (PROC, pid))
        return bool(data) and b'\0' + marker + b'\0' in b'\0' + data + b'\0'

    def command(self, pid):
        data = read_file('%s/%d/cmdline' % (PROC, pid)) or read_file('%s/%d/comm' % (PROC, pid)) or b''
        return to_text(data.replace(b'\0', b' ').strip())[:200]

    def boot_id(self):
        return to_text(read_file(PROC + '/sys/kernel/random/boot_id') or b'').strip()

    def namespace(self):
        try:
            return os.readlink(PROC + '/self/ns/pid')
        except OSError:
            return None

    def seconds_since_start(self, start):
        uptime = read_file(PROC + '/uptime')
        return float(uptime.split()[0]) - int(start) / float(os.sysconf('SC_CLK_TCK')) if uptime else None


class PsTable(object):
    """The same through `ps`, for macOS. It shows the environment of one's own processes after the command."""

    def __init__(self):
        flags = ['-axww', '-E'] if sys.platform == 'darwin' else ['axwwe']
        self.argv = ['ps'] + flags + ['-o', 'pid=,ppid=,pgid=,stat=,lstart=,command=']
        self.commands = {}
        self.works = False  # until a marker has been seen: then it is known that markers can be seen

    def entries(self):
        table = {}
        own, lines = command_output(self.argv)
        for line in lines.splitlines():
            fields = line.split(None, 9)
            if len(fields) == 10 and fields[0].isdigit() and int(fields[0]) != own and not fields[3].startswith(b'Z'):
                pid = int(fields[0])
                table[pid] = (int(fields[1]), int(fields[2]), to_text(b' '.join(fields[4:9])))
                self.commands[pid] = fields[9]
        return table

    def entry(self, pid):
        return self.entries().get(pid)

    def has_marker(self, pid, marker):
        found = marker in self.commands.get(pid, b'').split()
        self.works = self.works or found
        return found

    def command(self, pid):
        return to_text(self.commands.get(pid, b''))[:200]

    def boot_id(self):
        return to_text(command_output(['sysctl', '-n', 'kern.bootsessionuuid'])[1]).strip()

    def namespace(self):
        return None

    def seconds_since_start(self, _start):
        return None


def process_table():
    return ProcTable() if os.path.exists(PROC + '/self/stat') else PsTable()


def become_subreaper():
    """Orphans of the script become our children (Linux 3.4). False where that cannot be had."""
    if os.getpid() == 1:
        return True
    if not sys.platform.startswith('linux'):
        return False
    try:
        import ctypes  # takes longer to import than everything else, so only here

        return ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER
    except Exception:  # a Python without ctypes, a hardened machine: descent is then proven less well, no more
        return False


# --- the request --------------------------------------------------------------------------------------------------


def is_number(value):
    return isinstance(value, NUMBERS) and not isinstance(value, bool) and value == value and abs(value) != float('inf')


class Request(object):
    """control/request.json, checked. Everything the system gets is bytes."""

    def __init__(self, folder):
        raw = read_json(os.path.join(folder, b'control', b'request.json'))
        if not isinstance(raw, dict):
            raise StartFailure('control/request.json is not a JSON object.')
        if raw.get('version') != VERSION:
            raise StartFailure('control/request.json has version %r; this supervisor knows version 1.' % raw.get('version'))
        self.run_id = raw.get('runId')
        if not isinstance(self.run_id, TEXT) or not self.run_id or u'\0' in self.run_id:
            raise StartFailure('"runId" in control/request.json is not a text.')
        argv, environment = raw.get('argv'), raw.get('env', {})
        if not isinstance(argv, list) or not argv or not all(isinstance(a, TEXT) and u'\0' not in a for a in argv):
            raise StartFailure('"argv" in control/request.json is not a list of texts.')
        if not isinstance(environment, dict) or not all(
            isinstance(v, TEXT) and u'\0' not in k + v and k and u'=' not in k for k, v in environment.items()
        ):
            raise StartFailure('"env" in control/request.json is not a map of names to texts.')
        cwd = raw.get('cwd', u'project')
        if not isinstance(cwd, TEXT) or u'\0' in cwd:
            raise StartFailure('"cwd" in control/request.json is not a path.')
        self.argv = [to_bytes(a) for a in argv]
        self.cwd = os.path.join(folder, to_bytes(cwd))
        self.environment = dict((to_bytes(k), to_bytes(v)) for k, v in environment.items())
        self.environment.setdefault(b'PYTHONUNBUFFERED', b'1')
        self.environment[b'AZUREML_RUN_ID'] = to_bytes(self.run_id)
        self.environment[b'AML_RUN_SPOOL'] = os.path.join(folder, b'spool')
        self.time_limit = raw.get('timeLimitSeconds')
        if self.time_limit is not None and not (is_number(self.time_limit) and self.time_limit > 0):
            raise StartFailure('The time limit is %r; it must be a number of seconds above 0.' % self.time_limit)
        self.grace = self.seconds(raw, 'graceSeconds')
        self.leftover = self.seconds(raw, 'leftoverSeconds')

    @staticmethod
    def seconds(raw, name):
        value = raw.get(name, 10)
        if not is_number(value) or value < 0:
            raise StartFailure('"%s" in control/request.json is %r; it must be 0 or more seconds.' % (name, value))
        return value

    def program(self):
        """The path to execute: argv[0] itself when it has a slash, else the first match in the script's own PATH."""
        if not os.path.isdir(self.cwd):
            raise StartFailure(u'The working directory "%s" does not exist.' % to_text(self.cwd))
        name = self.argv[0]
        if b'/' in name:
            return name
        path = self.environment.get(b'PATH', b'/usr/local/bin:/usr/bin:/bin')
        for folder in path.split(b':'):
            candidate = os.path.join(self.cwd, folder, name)
            if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
                return candidate
        raise StartFailure(u'The program "%s" was not found in PATH (%s).' % (to_text(name), to_text(path)))

    def explain(self, stage, number, program):
        """Why the last step before the script failed, in words that say what to mend."""
        shown = to_text(program)
        path = os.path.join(self.cwd, program)
        if stage == b'chdir':
            return u'The working directory "%s" cannot be entered: %s.' % (to_text(self.cwd), os.strerror(number))
        if number == errno.ENOENT and os.path.exists(path):
            first = to_text((read_file(path) or b'')[:200].split(b'\n')[0])
            return u'The program "%s" cannot be run: the interpreter of its first line (%s) does not exist.' % (shown, first)
        if number == errno.ENOENT:
            return u'The program "%s" does not exist.' % shown
        if number == errno.EACCES:
            return u'The program "%s" is not executable (chmod +x).' % shown
        if number == errno.ENOEXEC:
            return u'The program "%s" is neither a program of this machine nor a script with a #! line.' % shown
        return u'The program "%s" cannot be run: %s.' % (shown, os.strerror(number))


# --- the supervisor -----------------------------------------------------------------------------------------------


class Supervisor(object):
    """`announce(answer)` is called once, as soon as the launch is known to have succeeded or failed."""

    def __init__(self, folder, announce):
        self.folder = folder
        self.control = os.path.join(folder, b'control')
        self.announce_once = announce
        self.table = process_table()
        self.pid = os.getpid()
        self.request = None
        self.run_id = None
        self.script = None  # {"pid", "startTime", "pgid"} once it exists
        self.status = None  # of waitpid
        self.adopted = False
        self.subreaper = False
        self.childless = True
        self.started_at = None
        self.started = None  # monotonic
        self.ended = None
        self.max_rss = 0
        self.leftovers = []
        self.stop_signal = False
        self.to_forward = []
        self.wake_read, self.wake_write = -1, -1

    def path(self, name):
        return os.path.join(self.control, name)

    def announce(self, state, **more):
        if self.announce_once:
            announce, self.announce_once = self.announce_once, None
            announce(dict(more, version=VERSION, runId=self.run_id, state=state))

    def run(self):
        """Does the whole work; returns the exit status of the supervisor."""
        self.catch_signals()
        finished = self.path(b'exit.json')
        deadline = monotonic() + WAIT_SECONDS
        while True:
            if os.path.exists(finished):
                return self.already_finished()
            claim = self.take_claim()
            if os.path.exists(finished):  # its writer let go of the claim just now
                return self.already_finished()
            previous = self.previous(claim)
            if claim == 'held' and previous:
                self.run_id = previous.get('runId')
                self.announce('running', supervisor=previous.get('supervisor'))
                return 0
            if claim != 'held':
                break
            if monotonic() > deadline:
                raise LaunchError('Another supervisor holds control/claim but has not written control/supervisor.json.')
            self.sleep(0.02)
        self.run_id = (previous or {}).get('runId')
        if claim == 'dead' and previous:  # no locks on this file system: two could watch it, so nobody does
            self.announce('unsupervised', supervisor=previous.get('supervisor'))
            return 0
        self.reserve()
        return self.adopt(previous) if previous else self.begin(claim)

    def already_finished(self):
        record = read_json(self.path(b'exit.json')) or {}
        self.run_id = record.get('runId')
        self.announce('finished', reason=record.get('reason'))
        return 0

    def previous(self, claim):
        """What an earlier supervisor recorded, or None: then no script was ever started."""
        path = self.path(b'supervisor.json')
        previous = read_json(path)
        if previous is None and claim != 'held' and os.path.exists(path):
            raise LaunchError('control/supervisor.json cannot be read; whether the script was started is not known.')
        return previous if previous and previous.get('script') else None

    def begin(self, claim):
        try:
            self.request = Request(self.folder)
            self.run_id = self.request.run_id
            if claim == 'dead':
                raise StartFailure('The supervisor died before it had started the script. Nothing was started.')
            early = self.start()
        except StartFailure as failure:
            return self.finish('startFailed', to_text(failure.args[0]))
        if early:
            return self.finish(early, u'The stop request came before the script was started. Nothing was started.')
        self.announce('started', supervisor=self.identity(), script=self.script)
        return self.supervise()

    # Signals and time

    def catch_signals(self):
        self.wake_read, self.wake_write = pipe()
        for end in (self.wake_read, self.wake_write):
            fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_NONBLOCK)
        signal.set_wakeup_fd(self.wake_write)
        for name in ('SIGTERM', 'SIGINT'):
            signal.signal(getattr(signal, name), self.note_stop)
        for name in ('SIGCHLD', 'SIGHUP'):  # the end of the terminal or connection is not the end of the run
            signal.signal(getattr(signal, name), lambda _number, _frame: None)
        for name in FORWARDED:
            signal.signal(getattr(signal, name), self.note_forward)

    def note_stop(self, _number, _frame):
        self.stop_signal = True

    def note_forward(self, number, _frame):
        self.to_forward.append(number)

    def sleep(self, seconds):
        """Up to that long; any signal, such as that a child ended, cuts it short."""
        try:
            select.select([self.wake_read], [], [], max(0.0, seconds))
        except (select.error, OSError):
            pass  # Python 2 reports the signal itself as an error
        self.drain()

    def drain(self):
        try:
            os.read(self.wake_read, 4096)
        except OSError:
            pass  # empty

    def stop_requested(self):
        if os.path.exists(self.path(b'cancel.json')):
            return 'canceled'
        return 'terminated' if self.stop_signal else None

    # The claim

    def identity(self):
        entry = self.table.entry(self.pid)
        return {'pid': self.pid, 'startTime': entry[2] if entry else ''}

    def is_alive(self, owner):
        """Whether a recorded process still is that process: a pid that was given to another one does not count."""
        if owner.get('bootId', self.table.boot_id()) != self.table.boot_id():
            return False
        entry = self.table.entry(owner.get('pid') or -1)
        return bool(entry) and entry[2] == owner.get('startTime')

    def take_claim(self):
        """'owned': the lock is ours. 'held': its holder lives. 'dead': no locks here, and the one who claimed it is gone."""
        path = self.path(b'claim')
        try:
            descriptor, fresh = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), True
        except OSError as error:
            if error.errno != errno.EEXIST:
                raise LaunchError('control/claim cannot be written: %s.' % os.strerror(error.errno))
            descriptor, fresh = os.open(path, os.O_RDWR), False
        keep_out_of_children(descriptor)  # and never closed: the lock is the proof that we live
        locked = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (IOError, OSError) as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES):
                os.close(descriptor)
                return 'held'
            locked = False
        if not fresh:
            owner = read_json(path) or {}
            if not (locked and owner.get('locked', True)):
                alive = self.is_alive(owner) if owner else True  # an empty claim is one that is being written
                if alive or not locked:
                    os.close(descriptor)
                    return 'held' if alive else 'dead'
        owner = dict(self.identity(), version=VERSION, bootId=self.table.boot_id(), locked=locked)
        try:
            os.ftruncate(descriptor, 0)
            write_all(descriptor, json.dumps(owner, sort_keys=True).encode('ascii'))
            if not locked:
                os.fsync(descriptor)
        except OSError as error:
            if not locked:  # with a lock the text only informs
                raise LaunchError('control/claim cannot be written: %s.' % os.strerror(error.errno))
        return 'owned'

    # Starting

    def reserve(self):
        """Keeps room for exit.json. When even that fails, the start fails with the reason a moment later."""
        try:
            descriptor = os.open(self.path(b'exit.json.tmp'), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                write_all(descriptor, b' ' * RESERVE_BYTES)
            finally:
                os.close(descriptor)
        except OSError as error:
            log('no room can be kept for exit.json: %s' % os.strerror(error.errno))

    def open_spool(self, name):
        folder = os.path.join(self.folder, b'spool')
        try:
            if not os.path.isdir(folder):
                os.mkdir(folder, 0o700)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            return keep_out_of_children(os.open(os.path.join(folder, name), flags, 0o600))
        except OSError as error:
            raise StartFailure('spool/%s cannot be written: %s.' % (to_text(name), os.strerror(error.errno)))

    def start(self):
        """Returns None once the script runs, or the reason why it was not even begun."""
        program = self.request.program()
        output, errors = self.open_spool(b'stdout.log'), self.open_spool(b'stderr.log')
        gate, result = pipe(), pipe()
        try:
            child = os.fork()
        except OSError as error:
            raise StartFailure('No process can be started: %s.' % os.strerror(error.errno))
        if child == 0:
            self.become_script(program, gate, result, output, errors)
        for descriptor in (gate[0], result[1], output, errors):
            os.close(descriptor)
        self.subreaper = become_subreaper()
        entry = self.table.entry(child)
        self.script = {'pid': child, 'startTime': entry[2] if entry else '', 'pgid': child}
        now = time.time()
        try:
            self.record_supervisor(utc(now))
        except OSError as error:
            self.shut_gate(gate[1])
            raise StartFailure('control/supervisor.json cannot be written: %s.' % os.strerror(error.errno))
        early = self.stop_requested()
        if early:
            self.shut_gate(gate[1])
            return early
        self.started_at, self.started = utc(now), monotonic()
        os.write(gate[1], b'!')
        os.close(gate[1])
        failure = b''
        while True:  # ends with the exec, which closes the other end
            part = self.read_again(result[0])
            if not part:
                break
            failure += part
        os.close(result[0])
        if failure:
            stage, number = failure.split()
            self.started_at = None
            raise StartFailure(self.request.explain(stage, int(number), program))
        return None

    def shut_gate(self, gate):
        """The child reads end-of-file and leaves: the script was never begun."""
        os.close(gate)
        self.script = None

    @staticmethod
    def read_again(descriptor):
        while True:
            try:
                return os.read(descriptor, 256)
            except OSError as error:  # Python 2 does not repeat by itself
                if error.errno != errno.EINTR:
                    return b''

    def become_script(self, program, gate, result, output, errors):
        """In the child. Descriptors 1 and 2 become the spool files themselves, so that our death loses no byte."""
        stage = b'exec'
        try:
            signal.set_wakeup_fd(-1)
            os.close(gate[1])
            os.setsid()
            for number in range(1, signal.NSIG):  # Python ignores SIGPIPE, a shell may have ignored SIGINT
                try:
                    signal.signal(number, signal.SIG_DFL)
                except (ValueError, OSError, RuntimeError):
                    pass
            unmask = getattr(signal, 'pthread_sigmask', None)
            if unmask:
                unmask(getattr(signal, 'SIG_SETMASK'), [])
            if self.read_again(gate[0]) != b'!':
                os._exit(127)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(errors, 2)
            close_others([result[1]])
            stage = b'chdir'
            os.chdir(self.request.cwd)
            stage = b'exec'
            os.execve(program, self.request.argv, self.request.environment)
        except Exception as error:
            os.write(result[1], stage + to_bytes(' %d' % (getattr(error, 'errno', None) or errno.EINVAL)))
        finally:
            os._exit(127)

    def record_supervisor(self, started_at, **more):
        record = dict(
            more,
            version=VERSION,
            runId=self.run_id,
            bootId=self.table.boot_id(),
            pidNamespace=self.table.namespace(),
            supervisor=self.identity(),
            script=self.script,
            startedAt=started_at,
        )
        write_json(self.path(b'supervisor.json'), record)

    def adopt(self, previous):
        """The supervisor before us was killed after the start. Its script is watched and ended, but its exit code is lost."""
        try:
            self.request = Request(self.folder)
        except StartFailure as failure:
            raise LaunchError(failure.args[0])
        self.adopted = True
        self.script, self.started_at = previous.get('script'), previous.get('startedAt')
        self.started = monotonic()
        moved = previous.get('pidNamespace') != self.table.namespace()
        if previous.get('bootId') != self.table.boot_id():
            self.script = None
            return self.finish('lost', u'The machine was restarted while the script was running. How it ended is not known.')
        if moved and previous.get('supervisor', {}).get('pid') == 1:
            self.script = None
            return self.finish('lost', u'The container was ended while the script was running. How it ended is not known.')
        if moved:
            raise LaunchError('The script was started in another container or pid namespace and cannot be seen from here.')
        entry = self.table.entry(self.script['pid'])
        if entry and entry[2] == self.script['startTime']:
            self.started -= self.table.seconds_since_start(entry[2]) or 0
        self.subreaper = become_subreaper()
        self.record_supervisor(self.started_at, adopted=True)
        self.announce('adopted', supervisor=self.identity(), script=self.script)
        return self.supervise()

    # Watching

    def supervise(self):
        reason, message = self.wait_for_end(), None
        if self.adopted and reason == 'exited':
            reason = self.stop_requested() or 'lost'
            message = u'The supervisor was killed while the script was running. How the script ended is not known.'
        if reason in ('exited', 'lost'):
            survivors = self.end_leftovers()
        else:
            log('ending the run: %s' % reason)
            survivors = self.end(self.request.grace)
        return self.finish(reason, message, survivors)

    def wait_for_end(self):
        """The first reason wins."""
        limit = self.request.time_limit
        while True:
            if not self.script_lives():
                return 'exited'
            while self.to_forward:
                self.signal_group(self.to_forward.pop(0))
            stop = self.stop_requested()
            if stop:
                return stop
            left = POLL_SECONDS if limit is None else self.started + limit - monotonic()
            if left <= 0:
                return 'timeLimit'
            self.sleep(min(left, POLL_SECONDS))

    def script_lives(self):
        self.reap()
        if self.status is not None:
            return False
        if self.adopted:
            entry = self.table.entry(self.script['pid'])
            if not entry or entry[2] != self.script['startTime']:
                self.ended = self.ended or monotonic()
                return False
        return True

    def reap(self):
        """Takes the exit status of every child that has one, adopted orphans included."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except OSError as error:
                if error.errno == errno.EINTR:
                    continue
                self.childless = True
                return
            if pid == 0:
                self.childless = False
                return
            self.max_rss = max(self.max_rss, usage.ru_maxrss)
            if self.script and pid == self.script['pid']:
                self.status, self.ended = status, monotonic()

    # Ending

    def find(self):
        """Pids of the run: descendants of ours and of the script, and whoever carries the run's marker, with descendants."""
        table = self.table.entries()
        above, walker = set(), self.pid
        while walker in table and walker not in above:
            above.add(walker)
            walker = table[walker][0]
        children = {}
        for pid, entry in table.items():
            children.setdefault(entry[0], []).append(pid)
        marker = b'AZUREML_RUN_ID=' + to_bytes(self.run_id)
        seeds = [pid for pid in table if pid not in above and self.table.has_marker(pid, marker)]
        if self.script and self.script['pid'] in table and table[self.script['pid']][2] == self.script['startTime']:
            seeds.append(self.script['pid'])
        found, stack = set(), seeds + children.get(self.pid, [])
        while stack:
            pid = stack.pop()
            if pid not in found and pid not in above:
                found.add(pid)
                stack.extend(children.get(pid, []))
        return dict((pid, table[pid]) for pid in found)

    def gone(self):
        """(what is found, whether nothing is left): none found, and as subreaper no child either, which no scan can miss."""
        found = self.find()
        self.drain()  # a `ps` that ended is no news; whatever else ended is seen by the next line
        self.reap()
        return found, not found and (self.childless or not self.subreaper)

    def signal_group(self, number):
        try:
            os.killpg(self.script['pgid'], number)
        except OSError:
            pass

    @staticmethod
    def signal_one(pid, number):
        try:
            os.kill(pid, number)
        except OSError:
            pass

    def end_leftovers(self):
        """Processes that outlive the script may finish for `leftoverSeconds`, then they are ended and named."""
        deadline = self.ended + self.request.leftover
        pause = 0.01
        while True:
            found, gone = self.gone()
            if gone:
                return {}
            if monotonic() >= deadline or self.stop_requested():
                break
            self.sleep(min(pause, deadline - monotonic()))
            pause = min(pause * 2, 0.25)
        self.leftovers = self.name(found)
        log('%d processes outlived the script' % len(found))
        return self.end(self.request.grace)

    def end(self, grace):
        """SIGTERM to all, once; after the grace SIGKILL to what is left, again and again. Returns what could not be ended.

        What is started during the grace gets no SIGTERM: it may be what saves the script's work.
        """
        deadline, pause = monotonic() + grace, 0.01
        found, gone = self.gone()
        together = self.script['pgid'] if self.script and self.script_lives() else None
        for number in (signal.SIGTERM, signal.SIGCONT):  # a stopped process could not obey
            if together:
                self.signal_group(number)
            for pid, entry in found.items():
                if entry[1] != together:
                    self.signal_one(pid, number)
        while not gone and monotonic() < deadline:
            self.sleep(min(pause, deadline - monotonic()))
            pause = min(pause * 2, 0.1)
            found, gone = self.gone()
        if gone:
            return {}
        deadline, pause = monotonic() + KILL_SECONDS, 0.005
        while monotonic() < deadline:
            if self.script and self.script_lives():
                self.signal_group(signal.SIGKILL)
            for pid in found:
                self.signal_one(pid, signal.SIGKILL)
            self.sleep(pause)
            pause = min(pause * 2, 0.1)
            found, gone = self.gone()
            if gone:
                return {}
        self.table.works = self.table.works and bool(found)  # a child that no scan shows is no proof of anything
        return found

    def name(self, found):
        return [{'pid': pid, 'command': self.table.command(pid)} for pid in sorted(found)[:MAX_LISTED]]

    # The record

    def finish(self, reason, message=None, survivors=None):
        code = name = None
        if self.status is not None and reason != 'startFailed':
            if os.WIFSIGNALED(self.status):
                name = signal_name(os.WTERMSIG(self.status))
            else:
                code = os.WEXITSTATUS(self.status)
        begun = self.started_at is not None
        proven = not survivors and (self.table.works or not begun or not self.script)
        if not proven and not survivors:
            message = u'Processes that left the group of the script cannot be seen on this machine; some may still run.'
        ended = self.ended or monotonic()
        record = {
            'version': VERSION,
            'runId': self.run_id,
            'reason': reason,
            'exitCode': code,
            'signal': name,
            'startedAt': self.started_at,
            'endedAt': utc(time.time()),
            'durationSeconds': None if reason == 'lost' else round(ended - self.started, 6) if begun else 0,
            'leftovers': self.leftovers,
            'verifiedGone': proven,
            'verifiedBy': ['environment'] + (['descent'] if self.subreaper and not self.adopted else []),
            'survivors': self.name(survivors or {}),
        }
        if message:
            record['message'] = message
        if self.max_rss:
            record['maxRssBytes'] = self.max_rss * (1 if sys.platform == 'darwin' else 1024)
        self.write_exit(record)
        self.announce('finished', reason=reason)
        if reason != 'exited':
            return EXIT_STATUS[reason]
        return code if code is not None else 128 + os.WTERMSIG(self.status)

    def write_exit(self, record):
        deadline, reserve = monotonic() + RETRY_SECONDS, self.path(b'exit.json.tmp')
        while True:
            try:
                return write_json(self.path(b'exit.json'), record, reserve)
            except OSError as error:
                problem = 'control/exit.json cannot be written: %s.' % os.strerror(error.errno)
            log(problem)
            self.announce('failed', message=' '.join([problem, to_text(record.get('message', ''))]).strip())
            if monotonic() > deadline:
                raise LaunchError(problem)
            until = monotonic() + 1
            while monotonic() < until:
                self.sleep(until - monotonic())


def signal_name(number):
    names = [n for n in dir(signal) if n.startswith('SIG') and not n.startswith('SIG_') and getattr(signal, n) == number]
    names = [n for n in names if n not in ('SIGCLD', 'SIGPOLL', 'SIGIOT', 'SIGRTMIN', 'SIGRTMAX')] or names
    return names[0] if names else 'SIG%d' % number


# --- launching ----------------------------------------------------------------------------------------------------


def guarded(folder, announce):
    """Runs the supervisor; whatever goes wrong reaches the launcher as an answer."""
    supervisor = Supervisor(folder, announce)
    try:
        return supervisor.run()
    except LaunchError as error:
        log(error.args[0])
        supervisor.announce('failed', message=to_text(error.args[0]))
    except Exception as error:  # an error of ours: said, not hidden
        import traceback

        log(traceback.format_exc())
        supervisor.announce('failed', message=u'The supervisor failed: %r' % error)
    return 3


def answer_on(descriptor):
    def announce(answer):
        try:
            write_all(descriptor, json.dumps(answer, sort_keys=True).encode('ascii') + b'\n')
        except OSError:
            pass  # nobody waits for it any more

    return announce


def detach(folder):
    """Starts a supervisor that outlives us and our session; returns once its answer is there."""
    answer_read, answer_write = pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        become_daemon(folder, answer_write)
        announce = answer_on(answer_write)

        def announce_and_close(answer):
            announce(answer)
            os.close(answer_write)

        status = 3
        try:
            status = guarded(folder, announce_and_close)
        finally:
            os._exit(status)
    os.close(answer_write)
    os.waitpid(child, 0)
    data = b''
    while not data.endswith(b'\n'):
        part = Supervisor.read_again(answer_read)
        if not part:
            break
        data += part
    if not data:
        complain(u'The supervisor died before it had started the script; launch it again.')
        return 3
    answer = json.loads(data.decode('ascii'))
    if answer['state'] == 'failed':
        complain(answer['message'])
        return 3
    print(data.decode('ascii').strip())
    return 0


def become_daemon(folder, keep):
    null = os.open(os.devnull, os.O_RDWR)
    try:
        path = os.path.join(folder, b'control', b'supervisor.log')
        errors = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        errors = null
    for source, number in ((null, 0), (null, 1), (errors, 2)):
        os.dup2(source, number)
    close_others([keep])
    os.chdir('/')  # keeps no folder busy


def main(argv):
    options = [argument for argument in argv if argument.startswith('--')]
    folders = [argument for argument in argv if not argument.startswith('--')]
    if len(folders) != 1 or any(option != '--detach' for option in options):
        complain(u'usage: supervisor.py RUN_FOLDER [--detach]')
        return 2
    while True:  # 0, 1 and 2 must be taken, or a file of ours would get one of these numbers
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor > 2:
            os.close(descriptor)
            break
    folder = os.path.abspath(path_bytes(folders[0]))
    if not os.path.exists(os.path.join(folder, b'control', b'request.json')):
        complain(u'There is no control/request.json in "%s".' % to_text(folder))
        return 2
    return detach(folder) if options else guarded(folder, answer_on(1))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
