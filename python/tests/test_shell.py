"""The supervisor for machines without Python: the same files, and honest about what it cannot prove."""
import json
import os
import signal
import subprocess

import pytest

from conftest import SHELL_SUPERVISOR, is_alive, wait_until
from test_stop import TREE


def test_output_arguments_and_variables_arrive_as_they_were_sent(shell_run):
    odd = ['a b', '"q" \'q\' $HOME', 'zeile\nzwei\n', 'é 中', '', '*', '\\n \\c \\0101', '-n']
    code = 'import os, sys\nfor a in sys.argv[1:] + [os.environ["ODD"]]: os.write(1, os.fsencode(a) + b"\\0")\nos.write(2, b"\\xff\\x00 no line end")'
    shell_run.python(code, *odd, env={'PATH': os.environ['PATH'], 'ODD': '\n'.join(odd)}).start()
    record = shell_run.exit()
    assert (record['reason'], record['exitCode'], record['verifiedGone']) == ('exited', 0, True)
    assert [f.decode() for f in shell_run.bytes('spool/stdout.log').split(b'\0')] == odd + ['\n'.join(odd), '']
    assert shell_run.bytes('spool/stderr.log') == b'\xff\x00 no line end'


def test_exit_codes_signals_and_the_record_of_the_start_have_the_same_form(shell_run):
    shell_run.shell('sleep 0.3; kill -9 $$').start()
    begun = shell_run.supervisor
    assert is_alive(begun['script']['pid']) and begun['script']['pgid'] == os.getpgid(begun['script']['pid'])
    record = shell_run.exit()
    assert (record['exitCode'], record['signal']) == (None, 'SIGKILL') and 0.2 < record['durationSeconds'] < 2
    assert shell_run.start()['state'] == 'finished'


def test_cancel_ends_processes_in_other_sessions_too(shell_run):
    hidden = '(env -i PATH="$PATH" setsid'
    shell_run.shell(TREE.replace(hidden, '(setsid')).start()
    pids = wait_until(lambda: len(shell_run.numbers('project/pids')) == 4 and shell_run.numbers('project/pids'))
    shell_run.cancel()
    record = shell_run.exit()
    assert (record['reason'], record['signal'], record['verifiedGone']) == ('canceled', 'SIGKILL', True)
    assert not any(map(is_alive, pids)) and shell_run.marked() == []


def test_time_limit_and_leftovers(shell_run):
    shell_run.shell('setsid sleep 61 & sleep 60', timeLimitSeconds=0.4).start()
    assert shell_run.exit()['reason'] == 'timeLimit' and shell_run.marked() == []


def test_processes_that_outlive_the_script_are_ended_and_named(shell_run):
    shell_run.shell('setsid sleep 61 & exit 5').start()
    record = shell_run.exit()
    assert (record['exitCode'], [left['command'].strip() for left in record['leftovers']]) == (5, ['sleep 61'])


def test_a_signal_terminates_the_run(shell_run):
    shell_run.shell('exec sleep 60').start()
    os.kill(shell_run.supervisor['supervisor']['pid'], signal.SIGTERM)
    assert (shell_run.exit()['reason'], shell_run.exit()['signal']) == ('terminated', 'SIGTERM')


def test_many_launches_at_once_start_the_script_once(shell_run):
    shell_run.shell('echo $$ >> starts; sleep 0.5')
    launches = [subprocess.Popen(shell_run.command + [shell_run.path, '--detach'], stdout=subprocess.DEVNULL) for _ in range(6)]
    assert [launch.wait(30) for launch in launches] == [0] * 6
    assert shell_run.exit()['exitCode'] == 0 and len(shell_run.numbers('project/starts')) == 1


@pytest.mark.parametrize('fields,words', [
    (dict(argv=['no-such-program']), 'not found in PATH'),
    (dict(argv=['./missing']), 'does not exist'),
    (dict(argv=['true'], cwd='missing'), 'working directory'),
    (dict(argv=['true'], timeLimitSeconds=0), 'time limit is 0'),
    (dict(argv=['true'], timeLimitSeconds='1e3'), 'time limit is 1e3'),
])
def test_what_cannot_be_started_is_recorded_with_the_reason(shell_run, fields, words):
    shell_run.request(**fields).start()
    record = shell_run.exit()
    assert record['reason'] == 'startFailed' and words in record['message'] and record['startedAt'] is None


def test_a_supervisor_that_died_before_the_start_is_a_failed_start(shell_run):
    shell_run.shell('echo $$ >> starts')
    shell_run.write('control/claim', json.dumps({'version': 1, 'pid': 1, 'startTime': 'x', 'bootId': 'y', 'locked': False}))
    assert shell_run.start()['state'] == 'finished'
    assert shell_run.exit()['reason'] == 'startFailed' and shell_run.numbers('project/starts') == []


def test_the_death_of_the_supervisor_does_not_end_the_script_and_a_second_launch_does_not_start_it_again(shell_run):
    shell_run.shell('echo $$ >> starts; sleep 0.5; echo done').start()
    wait_until(lambda: shell_run.numbers('project/starts'))
    os.kill(shell_run.supervisor['supervisor']['pid'], signal.SIGKILL)
    wait_until(lambda: not is_alive(shell_run.supervisor['supervisor']['pid']))
    assert shell_run.start()['state'] == 'unsupervised'
    wait_until(lambda: shell_run.bytes('spool/stdout.log') == b'done\n')
    assert len(shell_run.numbers('project/starts')) == 1


def test_without_proc_it_ends_the_group_and_says_what_it_cannot_prove(shell_run, tmp_path):
    blind = tmp_path / 'blind.sh'
    with open(SHELL_SUPERVISOR) as file:
        blind.write_text(file.read().replace('/proc/', '/nonexistent/'))
    shell_run.command = ['sh', str(blind)]
    shell_run.shell('sh -c \'trap "" TERM; sleep 60; sleep 60\' & echo $$ >> pids; sleep 60').start()
    wait_until(lambda: shell_run.numbers('project/pids'))
    shell_run.cancel()
    record = shell_run.exit()
    assert (record['reason'], record['verifiedGone'], record['verifiedBy']) == ('canceled', False, [])
    assert 'cannot be seen' in record['message'] and not any(map(is_alive, shell_run.numbers('project/pids')))
