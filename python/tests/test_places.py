"""The supervisor in hard places: full disks, as the first process of a container, without /proc, without file locks."""
import json
import os
import signal
import subprocess
import sys
import time

from conftest import SUPERVISOR, is_alive, wait_until

# As root, or as an ordinary user in a user namespace of one's own.
UNSHARE = ['unshare'] + ([] if os.geteuid() == 0 else ['--user', '--map-root-user'])


def patched(run, patch):
    """A supervisor in which something of the platform is missing."""
    code = 'import sys\nsys.path.insert(0, %r)\nimport supervisor\n%s\nsys.exit(supervisor.main(sys.argv[1:]))'
    run.command = [sys.executable, '-c', code % (os.path.dirname(SUPERVISOR), patch)]
    return run


def on_small_disk(run, steps, size='128k'):
    """Runs shell steps with the run folder on a file system of that size; $LAUNCH starts the supervisor."""
    script = 'mount -t tmpfs -o size=%s none "$1"; cd "$1"; mkdir control project; cp "$2" control/request.json\n' % size
    launch = ' '.join("'%s'" % part for part in run.command) + ' "$1" --detach'
    keep = '\nmkdir -p "$3"; for f in control/exit.json spool/stdout.log control/supervisor.log; do cp $f "$3/" 2>/dev/null; done'
    request = run.at('control', 'request.json')
    argv = UNSHARE + ['--mount', 'sh', '-c', script + steps.replace('$LAUNCH', launch) + keep, 'sh', run.path, request, run.path + '.kept']
    copy = run.path + '.request'
    os.rename(request, copy)
    argv[-2] = copy
    done = subprocess.run(argv, capture_output=True, timeout=30)
    kept = {name: open(os.path.join(run.path + '.kept', name), 'rb').read() for name in os.listdir(run.path + '.kept')}
    return done, kept


WAIT_FOR_EXIT = '\nfor i in $(seq 300); do [ -e control/exit.json ] && break; sleep 0.02; done'


def test_the_record_is_written_even_when_the_script_filled_the_disk(run):
    run.shell('cat /dev/zero > big 2>/dev/null; echo more; exit 4')
    _, kept = on_small_disk(run, '$LAUNCH' + WAIT_FOR_EXIT)
    assert json.loads(kept['exit.json'])['exitCode'] == 4


def test_a_disk_that_is_full_before_the_start_is_a_failed_start(run):
    run.shell('true')
    steps = 'dd if=/dev/zero of=filler bs=1k 2>/dev/null; $LAUNCH; echo status $? >&2; rm filler' + WAIT_FOR_EXIT
    done, kept = on_small_disk(run, steps)
    assert b'No space left' in done.stderr and b'status 3' in done.stderr
    record = json.loads(kept['exit.json'])  # tried again until there was room
    assert record['reason'] == 'startFailed' and 'No space left' in record['message'] and record['startedAt'] is None


def test_a_spool_that_cannot_be_written_is_a_failed_start(run):
    run.shell('true')
    run.write('spool', 'a file, not a folder')
    run.start()
    assert run.exit()['reason'] == 'startFailed' and 'spool/stdout.log' in run.exit()['message']


def test_as_the_first_process_of_a_container_it_reaps_orphans_and_forwards_the_stop_request(run):
    count = 'grep -s "^State:.Z" /proc/[0-9]*/status | wc -l'
    run.shell('i=0; while [ $i -lt 20 ]; do (sleep 0.05 &) ; i=$((i+1)); done; sleep 0.4; %s; touch ready; sleep 60' % count)
    namespaces = UNSHARE + ['--pid', '--fork', '--mount-proc', '--kill-child']
    container = subprocess.Popen(namespaces + run.command + [run.path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: os.path.exists(run.at('project/ready')))
    assert run.bytes('spool/stdout.log').strip() == b'0' and run.supervisor['supervisor']['pid'] == 1
    with open('/proc/%d/task/%d/children' % (container.pid, container.pid)) as file:
        os.kill(int(file.read()), signal.SIGTERM)
    container.communicate(timeout=10)
    assert container.returncode == 143
    record = run.exit()
    assert (record['reason'], record['verifiedGone'], record['verifiedBy']) == ('terminated', True, ['environment', 'descent'])


def test_a_container_that_was_killed_and_is_started_again_records_the_loss(run):
    run.shell('touch ready; sleep 60')
    namespaces = UNSHARE + ['--pid', '--fork', '--mount-proc', '--kill-child']
    container = subprocess.Popen(namespaces + run.command + [run.path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: os.path.exists(run.at('project/ready')))
    container.kill()
    container.communicate(timeout=10)
    wait_until(lambda: not run.marked())
    os.unlink(run.at('project/ready'))
    subprocess.run(namespaces + run.command + [run.path], capture_output=True, timeout=20)
    assert run.exit()['reason'] == 'lost' and 'container' in run.exit()['message']
    assert not os.path.exists(run.at('project/ready'))


WITHOUT_PROC = "supervisor.PROC = '/nonexistent'\nsupervisor.become_subreaper = lambda: False"


def test_without_proc_processes_are_found_through_ps(run):
    patched(run, WITHOUT_PROC).shell('setsid sh -c \'echo $$ >> pids; trap "" TERM; sleep 60; sleep 60\' & echo $$ >> pids; sleep 60').start()
    pids = wait_until(lambda: len(run.numbers('project/pids')) == 2 and run.numbers('project/pids'))
    time.sleep(0.1)
    run.cancel()
    record = run.exit()
    assert (record['reason'], record['verifiedGone'], record['survivors']) == ('canceled', True, []), record
    assert not any(map(is_alive, pids)) and run.marked() == []


def test_where_no_environment_can_be_seen_it_says_what_it_cannot_prove(run):
    blind = WITHOUT_PROC + '\nsupervisor.PsTable.has_marker = lambda *_: False'
    patched(run, blind).shell('echo $$ >> pids; sleep 60').start()
    wait_until(lambda: run.numbers('project/pids'))
    run.cancel()
    record = run.exit()
    assert (record['reason'], record['verifiedGone']) == ('canceled', False) and 'cannot be seen' in record['message']


def test_a_process_that_cannot_be_ended_is_named_as_a_survivor(run):
    immortal = 'supervisor.KILL_SECONDS = 0.3\nsupervisor.Supervisor.signal_group = supervisor.Supervisor.signal_one = lambda *_: None'
    patched(run, immortal).shell('exec sleep 61', graceSeconds=0.1).start()
    run.cancel()
    record = run.exit()
    assert (record['reason'], record['verifiedGone']) == ('canceled', False)
    assert record['survivors'] == [{'pid': run.supervisor['script']['pid'], 'command': 'sleep 61'}]


WITHOUT_LOCKS = 'import errno\ndef flock(*_):\n    raise OSError(errno.ENOLCK, "no locks")\nsupervisor.fcntl.flock = flock'


def test_without_file_locks_many_launches_still_start_the_script_once(run):
    patched(run, WITHOUT_LOCKS).shell('echo $$ >> starts; sleep 0.3')
    launches = [subprocess.Popen(run.command + [run.path, '--detach'], stdout=subprocess.DEVNULL) for _ in range(6)]
    assert [launch.wait(20) for launch in launches] == [0] * 6
    assert run.exit()['exitCode'] == 0 and len(run.numbers('project/starts')) == 1


def test_without_file_locks_a_supervisor_that_died_early_is_a_failed_start(run):
    patched(run, WITHOUT_LOCKS + '\nimport os\nsupervisor.os.fork = lambda: os.kill(os.getpid(), 9)').shell('echo $$ >> starts')
    run.foreground().communicate()
    patched(run, WITHOUT_LOCKS).start()
    assert run.exit()['reason'] == 'startFailed' and run.numbers('project/starts') == []


def test_without_the_help_of_the_kernel_orphans_are_found_by_their_marker(run):
    patched(run, 'supervisor.become_subreaper = lambda: False').shell('(setsid sleep 61 &) ; sleep 60').start()
    wait_until(lambda: len(run.marked()) >= 2)
    run.cancel()
    assert (run.exit()['verifiedGone'], run.exit()['verifiedBy'], run.marked()) == (True, ['environment'], [])
