"""A script is started at most once, and a run survives the death of its supervisor at any moment."""
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from conftest import SUPERVISOR, is_alive, wait_until

COUNTED = 'echo $$ >> starts; echo begun; sleep ${1:-0}; echo done; exit 3'


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid))


def test_many_launches_at_once_start_the_script_once(run):
    run.shell(COUNTED, '0.5')
    launches = [
        subprocess.Popen(run.command + [run.path, '--detach'], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(12)
    ]
    answers = [(launch.communicate()[0], launch.returncode) for launch in launches]
    assert [code for _, code in answers] == [0] * 12
    states = [json.loads(text)['state'] for text, _ in answers]
    assert states.count('started') == 1 and set(states) <= {'started', 'running', 'finished'}
    assert run.exit()['exitCode'] == 3 and len(run.numbers('project/starts')) == 1


def test_a_launch_after_the_end_changes_nothing(run):
    run.shell(COUNTED).start()
    before = run.exit()
    assert run.start()['state'] == 'finished'
    assert run.json('exit.json') == before and len(run.numbers('project/starts')) == 1


def test_the_death_of_the_supervisor_loses_no_output_and_does_not_end_the_script(run):
    run.shell('for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; echo end >&2').start()
    wait_until(lambda: run.bytes('spool/stdout.log'))
    kill(run.supervisor['supervisor']['pid'])
    wait_until(lambda: run.bytes('spool/stderr.log') == b'end\n')
    assert run.bytes('spool/stdout.log') == b'1\n2\n3\n4\n5\n' and run.json('exit.json') is None


def test_a_second_launch_watches_what_a_dead_supervisor_left(run):
    run.shell(COUNTED, '0.5').start()
    begun = run.supervisor
    kill(begun['supervisor']['pid'])
    assert run.start()['state'] == 'adopted'
    assert run.supervisor['script'] == begun['script'] and run.supervisor['supervisor'] != begun['supervisor']
    record = run.exit()
    assert (record['reason'], record['exitCode'], record['signal'], record['verifiedGone']) == ('lost', None, None, True)
    assert 'not known' in record['message'] and record['startedAt'] == begun['startedAt']
    assert len(run.numbers('project/starts')) == 1 and run.bytes('spool/stdout.log') == b'begun\ndone\n'


def test_a_run_that_was_adopted_can_be_canceled_and_is_proven_gone(run):
    run.shell('setsid sh -c \'trap "" TERM; sleep 60; sleep 60\' & sleep 60').start()
    kill(run.supervisor['supervisor']['pid'])
    run.cancel()
    run.start()
    record = run.exit()
    assert (record['reason'], record['verifiedGone'], run.marked()) == ('canceled', True, [])
    assert record['verifiedBy'] == ['environment']


def test_the_time_limit_counts_from_the_start_of_the_script_also_after_an_adoption(run):
    run.shell('sleep 60', timeLimitSeconds=1).start()
    kill(run.supervisor['supervisor']['pid'])
    time.sleep(1.1)
    run.start()
    assert run.exit(0.7)['reason'] == 'timeLimit'


def adopt_forged(run, bystander, **changes):
    """A record of a supervisor that is gone, which names a process that is somebody else's."""
    run.shell(COUNTED)
    with open('/proc/sys/kernel/random/boot_id') as file:
        boot_id = file.read().strip()
    record = {'version': 1, 'runId': run.run_id, 'bootId': boot_id, 'pidNamespace': os.readlink('/proc/self/ns/pid')}
    record['script'] = {'pid': bystander.pid, 'startTime': '12345', 'pgid': bystander.pid}
    record.update(supervisor={'pid': bystander.pid, 'startTime': '12345'}, startedAt='2026-01-01T00:00:00.000000Z')
    record.update(changes)
    run.write('control/supervisor.json', json.dumps(record))
    run.write('control/claim', json.dumps({'pid': bystander.pid, 'startTime': '12345', 'bootId': boot_id, 'locked': True}))
    return run.start()


@pytest.fixture
def bystander():
    process = subprocess.Popen(['sleep', '60'], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_a_pid_that_was_given_to_another_process_is_not_taken_for_the_script(run, bystander):
    assert adopt_forged(run, bystander)['state'] == 'adopted'
    assert run.exit()['reason'] == 'lost' and is_alive(bystander.pid)
    assert run.numbers('project/starts') == []


def test_a_cancel_does_not_reach_a_process_that_only_has_the_pid_of_the_script(run, bystander):
    run.cancel()
    adopt_forged(run, bystander)
    assert (run.exit()['reason'], run.exit()['verifiedGone']) == ('canceled', True) and is_alive(bystander.pid)


def test_after_a_restart_of_the_machine_the_run_is_lost_and_nothing_is_touched(run, bystander):
    with open('/proc/%d/stat' % bystander.pid) as file:
        start = file.read().rsplit(')', 1)[1].split()[19]
    script = {'pid': bystander.pid, 'startTime': start, 'pgid': bystander.pid}
    assert adopt_forged(run, bystander, bootId='another', script=script)['state'] == 'finished'
    record = run.exit()
    assert record['reason'] == 'lost' and 'restarted' in record['message'] and is_alive(bystander.pid)


def test_a_record_that_cannot_be_read_starts_nothing(run):
    run.shell(COUNTED)
    run.write('control/supervisor.json', 'torn')
    done = run.launch()
    assert done.returncode == 3 and b'cannot be read' in done.stderr and run.numbers('project/starts') == []


# Where the supervisor dies: a function of it, and whether before or after that function did its work (the nth call).
PHASES = [
    ('Supervisor.take_claim', 'after', 1, 'never'),
    ('Supervisor.open_spool', 'after', 2, 'never'),
    ('os.fork', 'after', 1, 'never'),
    ('become_subreaper', 'after', 1, 'never'),
    ('write_json', 'before', 1, 'never'),
    ('os.rename', 'before', 1, 'never'),
    ('os.rename', 'after', 1, 'perhaps'),
    ('Supervisor.stop_requested', 'after', 1, 'perhaps'),
    ('Supervisor.supervise', 'before', 1, 'once'),
    ('Supervisor.end_leftovers', 'before', 1, 'once'),
    ('Supervisor.finish', 'before', 1, 'once'),
    ('os.rename', 'before', 2, 'once'),
    ('os.rename', 'after', 2, 'once'),
]
DEADLY = """
import os, signal, sys
sys.path.insert(0, %r)
import supervisor
owner_name, when, nth = %r
owner, name = (supervisor, owner_name) if '.' not in owner_name else (getattr(supervisor, owner_name.split('.')[0]), owner_name.split('.')[1])
real, calls, me = getattr(owner, name), [], os.getpid()
def deadly(*arguments, **options):
    calls.append(1)
    mine = os.getpid() == me and len(calls) == nth
    if mine and when == 'before': os.kill(me, signal.SIGKILL)
    value = real(*arguments, **options)
    if mine and when == 'after' and os.getpid() == me: os.kill(me, signal.SIGKILL)
    return value
setattr(owner, name, deadly)
supervisor.main([%r])
"""


@pytest.mark.parametrize('where,when,nth,started', PHASES)
def test_a_supervisor_killed_in_any_phase_neither_starts_twice_nor_loses_the_run(run, where, when, nth, started):
    run.shell(COUNTED, '0.1')
    code = DEADLY % (os.path.dirname(SUPERVISOR), (where, when, nth), run.path)
    died = subprocess.run([sys.executable, '-c', code], capture_output=True, timeout=20)
    assert died.returncode == -signal.SIGKILL
    run.start()
    record = run.exit()
    starts = len(run.numbers('project/starts'))
    if started == 'never':  # the second launch knew that, and started it
        assert (starts, record['reason'], record['exitCode']) == (1, 'exited', 3)
    elif started == 'perhaps':
        assert starts <= 1 and record['reason'] == 'lost'
    else:
        assert starts == 1 and (record['reason'], record['exitCode']) in [('lost', None), ('exited', 3)]
    assert record['verifiedGone'] is True and run.marked() == []


def test_supervisors_killed_at_random_moments_never_start_the_script_twice(new_run):
    chance = random.Random(4)
    for _ in range(15):
        run = new_run().shell(COUNTED, '0.05')
        first = run.foreground()
        time.sleep(0.02 + chance.random() * 0.12)
        first.kill()
        first.communicate()
        run.start()
        record = run.exit()
        starts = len(run.numbers('project/starts'))
        assert starts <= 1 and (starts == 1 or record['reason'] == 'lost') and record['verifiedGone'] is True
