"""What a script is given, and what is said when it cannot be started."""
import json
import os
import stat
import sys
import time

import pytest

from conftest import INTERPRETERS, SUPERVISOR, is_alive, wait_until


def test_output_is_kept_byte_for_byte(run):
    code = 'import os\nfor i in range(256): os.write(1, bytes([i]))\nos.write(2, b"\\xff\\xfe no line end")\nos.write(1, b"\\r50%\\r100%")'
    run.python(code).start()
    assert run.exit()['exitCode'] == 0
    assert run.bytes('spool/stdout.log') == bytes(range(256)) + b'\r50%\r100%'
    assert run.bytes('spool/stderr.log') == b'\xff\xfe no line end'


def test_much_output_and_one_long_line_are_kept(run):
    run.python('import sys\nsys.stdout.write("x" * 10_000_000)\nfor i in range(500_000): sys.stdout.write("%d\\n" % i)').start()
    assert run.exit()['exitCode'] == 0
    assert run.bytes('spool/stdout.log') == b'x' * 10_000_000 + b''.join(b'%d\n' % i for i in range(500_000))


@pytest.mark.parametrize('code', [0, 1, 3, 255])
def test_the_exit_code_is_recorded(run, code):
    run.shell('exit %d' % code).start()
    record = run.exit()
    assert (record['reason'], record['exitCode'], record['signal']) == ('exited', code, None)
    assert record['verifiedGone'] is True and record['survivors'] == [] and record['leftovers'] == []


@pytest.mark.parametrize('name', ['KILL', 'SEGV', 'TERM'])
def test_the_signal_that_ended_the_script_is_recorded(run, name):
    run.shell('kill -%s $$' % name).start()
    record = run.exit()
    assert (record['reason'], record['exitCode'], record['signal']) == ('exited', None, 'SIG' + name)


def test_arguments_and_variables_arrive_as_they_were_sent_whatever_the_locale(run):
    odd = ['a b', '"q" \'q\'', '$HOME `x`', 'zeile\nzwei', 'é 中 😀', '', '*', '\\n']
    env = {'PATH': os.environ['PATH'], 'ODD': ''.join(odd), 'É': 'ü', 'with.dot': '=', 'EMPTY': ''}
    code = 'import os, sys\nfor a in sys.argv[1:]: os.write(1, os.fsencode(a) + b"\\0")\nos.write(1, open("/proc/self/environ", "rb").read())'
    run.python(code, *odd, env=env).start(env={'LC_ALL': 'C', 'PATH': os.environ['PATH'], 'LEAK': 'from the launcher'})
    assert run.exit()['exitCode'] == 0
    fields = [field.decode() for field in run.bytes('spool/stdout.log').split(b'\0')]
    assert fields[: len(odd)] == odd
    added = {'AZUREML_RUN_ID': run.run_id, 'AML_RUN_SPOOL': run.at('spool'), 'PYTHONUNBUFFERED': '1'}
    assert dict(field.split('=', 1) for field in fields[len(odd) :] if field) == {**env, **added}


def test_the_script_has_its_own_session_the_default_signals_and_three_descriptors(run):
    code = (
        'import json, os, sys\nmask = open("/proc/self/status").read()\n'
        'print(json.dumps([os.getsid(0) == os.getpid() == os.getpgid(0), os.readlink("/proc/self/fd/0"), os.readlink("/proc/self/fd/1"),'
        ' sorted(set(os.listdir("/proc/self/fd")) - {"3"}), [l.split()[1] for l in mask.splitlines() if l[:6] in ("SigIgn", "SigBlk")],'
        ' os.getcwd()]))'
    )
    read, write = os.pipe()
    run.python(code, cwd='project').start(pass_fds=[read, write])
    run.exit()
    session, stdin, stdout, descriptors, (blocked, ignored), cwd = json.loads(run.bytes('spool/stdout.log'))
    assert session and stdin == '/dev/null' and stdout == run.at('spool/stdout.log') and descriptors == ['0', '1', '2']
    assert int(blocked, 16) == 0 and cwd == run.at('project')
    assert int(ignored, 16) & ~(1 << 12 | 1 << 24) == 0  # what is ignored is ignored by that Python itself: SIGPIPE, SIGXFSZ


def test_files_of_the_run_are_private_and_files_of_the_script_follow_the_users_umask(run):
    run.shell('touch made').start(umask=0o027)
    run.exit()
    mode = lambda name: stat.S_IMODE(os.stat(run.at(name)).st_mode)
    private = ['spool/stdout.log', 'spool/stderr.log', 'control/exit.json', 'control/supervisor.json', 'control/claim']
    assert [mode(name) for name in private] == [0o600] * 5 and mode('project/made') == 0o640


def test_the_launcher_returns_once_the_script_is_recorded_and_leaves_no_stream_open(run):
    answer = run.shell('sleep 30').start()  # reads to the end of both streams
    record = run.supervisor
    assert answer['state'] == 'started' and answer['script'] == record['script']
    assert is_alive(record['script']['pid']) and record['script']['pgid'] == record['script']['pid']
    with open('/proc/%d/stat' % record['script']['pid']) as file:
        assert file.read().rsplit(')', 1)[1].split()[19] == record['script']['startTime']
    with open('/proc/sys/kernel/random/boot_id') as file:
        assert file.read().strip() == record['bootId']
    assert os.getsid(record['supervisor']['pid']) != os.getsid(0)
    run.cancel()
    assert run.exit()['startedAt'] == record['startedAt']


def failing(run, tmp_path):
    """Every way in which a script cannot be started, with words that its message must hold."""
    plain, broken, bare = tmp_path / 'plain', tmp_path / 'broken', tmp_path / 'bare'
    plain.write_text('x')
    broken.write_text('#!/no/such/interpreter\n')
    bare.write_bytes(b'\x00\x01\x02')
    broken.chmod(0o755)
    bare.chmod(0o755)
    return [
        (dict(argv=['no-such-program']), 'was not found in PATH'),
        (dict(argv=['./no-such-program']), 'does not exist'),
        (dict(argv=[str(plain)]), 'is not executable'),
        (dict(argv=[str(broken)]), '/no/such/interpreter'),
        (dict(argv=[str(bare)]), 'neither a program'),
        (dict(argv=['true'], cwd='missing'), 'working directory'),
        (dict(argv=[]), '"argv"'),
        (dict(argv=['true'], env={'A': 1}), '"env"'),
        (dict(argv=['true'], version=2), 'version 2'),
        (dict(argv=['true'], graceSeconds=-1), 'graceSeconds'),
        (dict(argv=['true'], timeLimitSeconds=0), 'time limit is 0'),
        (dict(argv=['true'], timeLimitSeconds=-5), 'time limit is -5'),
        (dict(argv=['true'], timeLimitSeconds=True), 'time limit is True'),
    ]


def test_what_cannot_be_started_is_recorded_with_the_reason(new_run, tmp_path):
    for fields, words in failing(None, tmp_path):
        run = new_run().request(**fields)
        answer = run.start()
        record = run.json('exit.json')
        assert (answer['state'], record['reason'], record['exitCode']) == ('finished', 'startFailed', None)
        assert words in record['message'], fields
        assert record['verifiedGone'] is True and record['startedAt'] is None and record['durationSeconds'] == 0


def test_a_request_that_is_no_json_is_recorded_as_a_failed_start(run):
    run.write('control/request.json', '{"version":')
    run.start()
    assert run.exit()['reason'] == 'startFailed'


def test_a_folder_without_a_request_is_the_launchers_mistake(run):
    done = run.launch()
    assert done.returncode == 2 and b'request.json' in done.stderr and os.listdir(run.at('control')) == []


def test_the_record_follows_the_end_of_the_script_within_50_ms(new_run):
    delays = []
    for _ in range(5):
        run = new_run().python('import os, time; os.write(1, repr(time.time()).encode()); os._exit(0)')
        run.start()
        run.exit()
        delays.append(os.stat(run.at('control/exit.json')).st_ctime - float(run.bytes('spool/stdout.log')))
    assert min(delays) < 0.05, delays


def test_a_clock_that_is_set_back_changes_neither_duration_nor_time_limit(run):
    run.shell('sleep 30', timeLimitSeconds=0.4)
    jump = 'import sys, time\nreal = time.time\nsteps = []\ntime.time = lambda: real() - 3600 * (steps.append(1) or len(steps))\n'
    jump += 'sys.path.insert(0, %r)\nimport supervisor\nsys.exit(supervisor.main([%r]))' % (os.path.dirname(SUPERVISOR), run.path)
    run.command = [sys.executable, '-c', jump]
    begun = time.monotonic()
    run.launch(detach=False)
    assert run.exit()['reason'] == 'timeLimit' and 0.4 <= run.exit()['durationSeconds'] < 2 and time.monotonic() - begun < 5


@pytest.mark.parametrize('version', sorted(INTERPRETERS))
def test_every_supported_python_supervises(new_run, version):
    command = [INTERPRETERS[version], '-E', '-s', '-S', SUPERVISOR]
    tree = 'setsid sh -c \'echo $$ >> pids; trap "" TERM; sleep 60 & wait; sleep 60\' & echo $$ >> pids; echo é; sleep 60'
    canceled, failed, left = new_run().shell(tree), new_run().request(['é'], env={'PATH': '/é'}), new_run().shell('sleep 60 & exit 7')
    for run in (canceled, failed, left):
        run.command = command
        run.start()
    wait_until(lambda: len(canceled.numbers('project/pids')) == 2)
    canceled.cancel()
    record = canceled.exit()
    assert (record['reason'], record['signal'], record['verifiedGone']) == ('canceled', 'SIGTERM', True)
    assert canceled.marked() == [] and canceled.bytes('spool/stdout.log') == 'é\n'.encode()
    assert 'é' in failed.exit()['message']
    assert left.exit()['exitCode'] == 7 and left.exit()['leftovers'][0]['command'] == 'sleep 60'
