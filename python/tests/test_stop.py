"""How a run is ended: on request, at its time limit, and when it leaves processes behind."""
import os
import signal
import subprocess
import time

import pytest

from conftest import is_alive, wait_until

# A script with a child that ignores SIGTERM, one in a session of its own, and one that also threw its environment away.
TREE = """
echo $$ >> pids
sh -c 'echo $$ >> pids; trap "" TERM; sleep 60; sleep 60' &
setsid sh -c 'echo $$ >> pids; trap "" TERM; sleep 60; sleep 60' &
(env -i PATH="$PATH" setsid sh -c 'echo $$ >> pids; trap "" TERM; sleep 60; sleep 60' &)
trap "" TERM
sleep 60; sleep 60
"""


def tree(run, **fields):
    run.shell(TREE, **fields).start()
    return wait_until(lambda: len(run.numbers('project/pids')) == 4 and run.numbers('project/pids'))


def test_cancel_ends_the_whole_tree_and_proves_it(run):
    pids = tree(run)
    run.cancel()
    record = run.exit()
    assert (record['reason'], record['signal'], record['exitCode']) == ('canceled', 'SIGKILL', None)
    assert record['verifiedGone'] is True and record['survivors'] == []
    assert [pid for pid in pids if is_alive(pid)] == [] and run.marked() == []


def test_the_time_limit_ends_the_whole_tree(run):
    pids = tree(run, timeLimitSeconds=0.7)
    record = run.exit()
    assert (record['reason'], record['verifiedGone']) == ('timeLimit', True)
    assert 0.7 <= record['durationSeconds'] < 3 and not any(map(is_alive, pids))


def test_a_script_may_save_its_work_before_it_is_ended_also_with_new_processes(run):
    run.shell('trap "sleep 0.2; echo saved; exit 9" TERM; touch ready; while :; do sleep 0.05; done', graceSeconds=5).start()
    wait_until(lambda: os.path.exists(run.at('project/ready')))
    run.cancel()
    record = run.exit()
    assert (record['reason'], record['exitCode'], run.bytes('spool/stdout.log')) == ('canceled', 9, b'saved\n')


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_supervisor_terminates_the_run(run, number):
    run.shell('sleep 60').start()
    os.kill(run.supervisor['supervisor']['pid'], number)
    assert (run.exit()['reason'], run.exit()['signal'], run.exit()['verifiedGone']) == ('terminated', 'SIGTERM', True)


def test_a_signal_after_a_cancel_request_is_a_cancel_and_is_quick(run):
    run.shell('sleep 60').start()
    run.cancel()
    begun = time.monotonic()
    os.kill(run.supervisor['supervisor']['pid'], signal.SIGTERM)
    assert run.exit()['reason'] == 'canceled' and time.monotonic() - begun < 0.5


def test_a_cancel_that_comes_before_the_start_starts_nothing(run):
    run.shell('touch started')
    run.cancel()
    assert run.start()['state'] == 'finished'
    record = run.exit()
    assert (record['reason'], record['exitCode'], record['startedAt'], record['verifiedGone']) == ('canceled', None, None, True)
    assert not os.path.exists(run.at('project/started')) and run.bytes('spool/stdout.log') == b''


def test_the_first_reason_wins(run):
    run.shell('trap "" TERM; while :; do sleep 0.05; done', timeLimitSeconds=0.2, graceSeconds=0.6).start()
    time.sleep(0.4)
    run.cancel()
    assert run.exit()['reason'] == 'timeLimit'


def test_a_stopped_script_is_ended_too(run):
    run.shell('trap "echo bye; exit 4" TERM; touch ready; kill -STOP $$; sleep 60', graceSeconds=5).start()
    wait_until(lambda: os.path.exists(run.at('project/ready')))
    run.cancel()
    assert (run.exit()['reason'], run.exit()['exitCode']) == ('canceled', 4)


def test_processes_that_outlive_the_script_for_a_moment_are_waited_for(run):
    run.shell('(sleep 0.15; echo late) & exit 0', leftoverSeconds=5).start()
    record = run.exit()
    assert (record['exitCode'], record['leftovers'], record['verifiedGone']) == (0, [], True)
    assert run.bytes('spool/stdout.log') == b'late\n' and record['durationSeconds'] < 0.15


def test_processes_that_outlive_the_script_for_long_are_ended_and_named(run):
    run.shell('setsid sleep 61 & (trap "" TERM; sleep 62) & exit 5').start()
    record = run.exit()
    assert (record['reason'], record['exitCode'], record['verifiedGone']) == ('exited', 5, True)
    assert {'sleep 61', 'sleep 62'} <= {left['command'] for left in record['leftovers']} and run.marked() == []


def test_a_cancel_while_leftovers_are_waited_for_ends_them_at_once_but_the_script_has_exited(run):
    run.shell('sleep 60 & exit 0', leftoverSeconds=30).start()
    time.sleep(0.2)
    run.cancel()
    assert (run.exit(5)['reason'], run.exit()['exitCode'], len(run.exit()['leftovers'])) == ('exited', 0, 1)


def test_the_end_of_the_connection_is_not_the_end_of_the_run(run):
    run.shell('sleep 0.3; echo done').start()
    os.kill(run.supervisor['supervisor']['pid'], signal.SIGHUP)
    assert run.exit()['exitCode'] == 0 and run.bytes('spool/stdout.log') == b'done\n'


def test_processes_of_other_runs_and_of_nobody_are_left_alone(new_run):
    first, second = new_run('same_1'), new_run('same_12')
    bystander = subprocess.Popen(['sleep', '60'], env={'AZUREML_RUN_ID': 'same_123', 'OTHER': 'AZUREML_RUN_ID=same_1'})
    try:
        first.shell('sleep 60').start()
        second.shell('sleep 60').start()
        first.cancel()
        assert first.exit()['verifiedGone'] is True
        assert is_alive(second.supervisor['script']['pid']) and is_alive(bystander.pid)
    finally:
        bystander.kill()
        bystander.wait()


def test_in_the_foreground_the_supervisor_ends_with_the_scripts_exit_code(new_run):
    expected = [('exit 6', {}, 6), ('kill -9 $$', {}, 137), ('sleep 9', {'timeLimitSeconds': 0.1}, 124)]
    for code, fields, status in expected:
        assert new_run().shell(code, **fields).launch(detach=False).returncode == status
    assert new_run().request(['missing']).launch(detach=False).returncode == 127


def test_other_signals_are_passed_on_to_the_script(run):
    code = 'import signal, time\nsignal.signal(signal.SIGUSR1, lambda *_: print("usr1"))\nopen("ready", "w")\nsignal.pause()'
    run.python(code).start()
    wait_until(lambda: os.path.exists(run.at('project/ready')))
    os.kill(run.supervisor['supervisor']['pid'], signal.SIGUSR1)
    assert run.exit()['exitCode'] == 0 and run.bytes('spool/stdout.log') == b'usr1\n'


def test_a_swarm_that_keeps_forking_is_ended(run):
    code = (
        'import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen("ready", "w")\n'
        'while True:\n    if os.fork() == 0:\n        os.setsid()\n    else:\n        time.sleep(0.02)\n        os._exit(0)\n'
    )
    run.python('import os\nfor _ in range(4):\n    if os.fork() == 0: exec(%r)\nimport time; time.sleep(60)' % code).start()
    wait_until(lambda: os.path.exists(run.at('project/ready')))
    run.cancel()
    record = run.exit()
    assert (record['reason'], record['verifiedGone'], run.marked()) == ('canceled', True, [])
