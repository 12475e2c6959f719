"""What scripts log: values of every kind, from many processes, outside a run, beside installed packages."""
import datetime
import decimal
import json
import os
import subprocess
import sys
import textwrap

import numpy
import pytest

from conftest import INTERPRETERS, SDK

sys.path.insert(0, SDK)
from azureml._values import to_json  # noqa: E402


def environment(run=None, *paths, **more):
    env = {'PATH': os.environ['PATH'], 'PYTHONPATH': os.pathsep.join([SDK] + list(paths)), 'PYTHONDONTWRITEBYTECODE': '1'}
    env['PYTHONIOENCODING'] = 'utf-8'
    if run:
        os.makedirs(run.at('spool'), exist_ok=True)
        env.update(AML_RUN_SPOOL=run.at('spool'), AZUREML_RUN_ID=run.run_id)
    return dict(env, **more)


def script(code, run=None, *paths, python=sys.executable, check=True, **more):
    argv = [python, '-c', textwrap.dedent(code)]
    done = subprocess.run(argv, env=environment(run, *paths, **more), capture_output=True, timeout=30)
    assert not check or done.returncode == 0, done.stderr.decode()
    return done


class Scalar:
    """Looks like a tensor of a library that is not numpy."""

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


class Broken:
    def tolist(self):
        raise RuntimeError('on another device')

    def __float__(self):
        raise RuntimeError('no')

    def __str__(self):
        raise RuntimeError('no')


loop = []
loop.append(loop)
NAN, INF = {'$float': 'nan'}, {'$float': 'inf'}
VALUES = [
    (1, 1), (True, True), (None, None), (0.5, 0.5), (2**70, 2**70), ('é 😀', 'é 😀'), (b'bytes', 'bytes'), (b'\xff', '\ufffd'),
    (float('nan'), NAN), (float('inf'), INF), (float('-inf'), {'$float': '-inf'}), ('half \ud800', 'half ?'), (bytearray(b'x'), 'x'),
    ([1, [2, (3, float('nan'))]], [1, [2, [3, NAN]]]), ({'a': {1: (2,)}}, {'a': {'1': [2]}}), ({3, 1}, [1, 3]), (range(3), [0, 1, 2]),
    (numpy.float32(0.5), 0.5), (numpy.int64(7), 7), (numpy.bool_(True), True), (numpy.float64('nan'), NAN), (numpy.str_('s'), 's'),
    (numpy.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]), (numpy.array(5), 5), (numpy.array([1.0, numpy.inf]), [1.0, INF]),
    (numpy.longdouble(0.25), 0.25), (numpy.ma.array([1, 2], mask=[0, 1]), [1, None]), ([numpy.float16(1)], [1.0]),
    (decimal.Decimal('1.5'), 1.5), (datetime.date(2020, 1, 2), '2020-01-02'), (1 + 2j, '(1+2j)'), (Scalar(3), 3), (Scalar([1]), [1]),
    (Broken(), '<Broken>'),
]  # fmt: skip


@pytest.mark.parametrize('number', range(len(VALUES)))
def test_every_value_has_a_form_in_json(number):
    value, expected = VALUES[number]
    assert to_json(value) == expected and type(to_json(value)) is type(expected)


def test_a_container_that_holds_itself_does_not_hang():
    assert json.dumps(to_json(loop))


def test_values_are_logged_as_one_json_line_each(run):
    script('''
        from azureml.logging import get_azureml_logger
        logger = get_azureml_logger()
        logger.log('Accuracy', 0.97)
        logger.log(u'L\\xe4nge', ['x' * 100000])
        logger.flush(); logger.close()
        ''', run)  # fmt: skip
    first, second = run.metrics()
    assert sorted(first) == ['kind', 'name', 'pid', 'seq', 'time', 'v', 'value']
    assert (first['v'], first['kind'], first['name'], first['value'], first['seq']) == (1, 'metric', 'Accuracy', 0.97, 1)
    assert isinstance(first['time'], float) and (second['name'], second['seq']) == ('Länge', 2) and second['value'] == ['x' * 100000]
    assert os.stat(run.at('spool/metrics.jsonl')).st_mode & 0o777 == 0o600


def test_lines_of_many_processes_and_threads_never_mix(run):
    script('''
        import os, threading
        from azureml.logging import get_azureml_logger
        def work(name):
            for i in range(300):
                get_azureml_logger().log(name, [i] * (i * 7 % 900))
        children = []
        for p in range(4):
            child = os.fork()
            if child == 0:
                threads = [threading.Thread(target=work, args=('%d.%d' % (p, t),)) for t in range(2)]
                [t.start() for t in threads]; [t.join() for t in threads]
                os._exit(0)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        ''', run)  # fmt: skip
    series = {}
    for line in run.metrics():
        series.setdefault(line['name'], []).append(line['value'])
    assert len(series) == 8 and all(values == [[i] * (i * 7 % 900) for i in range(300)] for values in series.values())
    assert len({(line['pid'], line['seq']) for line in run.metrics()}) == 2400


def test_a_value_is_safe_when_the_process_is_killed_in_the_next_instant(run):
    code = 'import os\nfrom azureml.logging import get_azureml_logger\nget_azureml_logger().log("x", 1)\nos.kill(os.getpid(), 9)'
    assert script(code, run, check=False).returncode == -9
    assert [line['value'] for line in run.metrics()] == [1]


def test_a_script_may_change_its_folder_and_close_every_descriptor(run):
    script('''
        import os
        from azureml.logging import get_azureml_logger
        logger = get_azureml_logger(); logger.log('a', 1)
        os.chdir('/'); os.closerange(3, 100)
        with open(os.environ['AML_RUN_SPOOL'] + '/other', 'w') as other:
            logger.log('a', 2)
        ''', run)  # fmt: skip
    assert [line['value'] for line in run.metrics()] == [1, 2] and run.bytes('spool/other') == b''


def test_outside_a_run_it_prints_what_it_would_log():
    done = script('''
        from azureml.logging import get_azureml_logger
        get_azureml_logger().log('Accuracy', 0.97)
        get_azureml_logger().log('Series', [1, 2])
        from azureml.core import Run
        run = Run.get_context()
        assert run.id.startswith('OfflineRun')
        run.log('x', 1); run.log('x', 2); run.log_row('r', a=1)
        run.upload_file('f', '/etc/passwd')
        assert run.get_metrics() == {'x': [1, 2], 'r': {'a': 1}}, run.get_metrics()
        ''')  # fmt: skip
    lines = done.stdout.decode().splitlines()
    assert lines[:2] == ['azureml (not in a run): metric Accuracy = 0.97', 'azureml (not in a run): metric Series = [1, 2]']
    assert len(lines) == 6 and done.stderr == b''


def test_metrics_that_cannot_be_written_are_said_once_and_the_script_goes_on(run):
    code = '''
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        from azureml.logging import get_azureml_logger
        from azureml.core import Run
        logger = get_azureml_logger()
        logger.log('before', 1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (150, resource.RLIM_INFINITY))
        for i in range(5): logger.log('lost', 'x' * 200)
        Run.get_context().log('lost', 1)
        Run.get_context().upload_file('big', %r)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        logger.log('after', 2)
        print('end')
        ''' % sys.executable  # fmt: skip
    done = script(code, run)
    assert done.stdout == b'end\n' and 1 <= done.stderr.count(b'metrics are being lost') <= 2 and b'files are being lost' in done.stderr
    readable = []
    for line in run.bytes('spool/metrics.jsonl').splitlines():
        try:
            readable.append(json.loads(line)['name'])
        except ValueError:
            pass
    assert readable == ['before', 'after']  # the line that was cut spoils no other


def test_a_spool_that_is_gone_and_a_closed_stderr_do_not_end_the_script(run):
    code = 'import sys\nfrom azureml.logging import get_azureml_logger\nsys.stderr.close()\nget_azureml_logger().log("x", 1)'
    script(code, run, AML_RUN_SPOOL='/no/such/folder')


def test_the_logger_can_stand_in_for_a_logger_of_python(run):
    done = script('''
        import logging; logging.basicConfig(level=logging.INFO)
        from azureml.logging import get_azureml_logger
        with get_azureml_logger('train') as logger:
            logger.start_run(); logger.info('hello %s', 'world'); logger.log('a', 1)
        ''', run)  # fmt: skip
    assert b'INFO:train:hello world' in done.stderr and [line['name'] for line in run.metrics()] == ['a']


def test_a_run_records_everything_a_script_says_about_it(run, tmp_path):
    (tmp_path / 'pic.jpg').write_bytes(b'jpg')
    script('''
        import os
        from azureml.core.run import Run
        class Plot:
            def savefig(self, path, format): open(path, 'w').write(format)
        os.environ['AZUREML_EXPERIMENT_ID'] = 'mnist'
        run = Run.get_context()
        assert run is Run.get_context() and run.id == os.environ['AZUREML_RUN_ID'] and run.parent is None
        assert run.experiment.name == 'mnist' and run.get_status() == 'Running'
        run.log('loss', 0.5, step=3); run.log('loss', float('nan'))
        run.log_list('list', [1, 2]); run.log_row('row', x=1, y=2); run.log_row('row', x=3, y=4)
        run.log_table('table', {'x': [1, 2], 'y': [3, 4]})
        run.log_image('my/pic', path=%r); run.log_image('my/pic', plot=Plot()); run.log_image('my/pic', plot=Plot())
        run.add_properties({'p': 1}); run.tag('t', 'v'); run.set_tags({'u': None}); run.flush()
        metrics = run.get_metrics()
        assert str(metrics.pop('loss')) == '[0.5, nan]', metrics
        table = {'x': [1, 2], 'y': [3, 4]}
        assert metrics == {'list': [1, 2], 'row': {'x': [1, 3], 'y': [2, 4]}, 'table': table, 'my/pic': 'images/my_pic_2.png'}, metrics
        assert run.get_tags() == {'t': 'v', 'u': None} and run.get_properties() == {'p': 1}
        run.fail('broken', 'E1')
        assert run.get_status() == 'Failed'
        ''' % str(tmp_path / 'pic.jpg'), run)  # fmt: skip
    lines = [{k: v for k, v in line.items() if k not in ('v', 'time', 'pid', 'seq')} for line in run.metrics()]
    assert lines == [
        {'kind': 'metric', 'name': 'loss', 'value': 0.5, 'step': 3},
        {'kind': 'metric', 'name': 'loss', 'value': NAN},
        {'kind': 'list', 'name': 'list', 'value': [1, 2]},
        {'kind': 'row', 'name': 'row', 'columns': {'x': 1, 'y': 2}},
        {'kind': 'row', 'name': 'row', 'columns': {'x': 3, 'y': 4}},
        {'kind': 'table', 'name': 'table', 'columns': {'x': [1, 2], 'y': [3, 4]}},
        {'kind': 'image', 'name': 'my/pic', 'path': 'images/my_pic.jpg', 'size': 3},
        {'kind': 'image', 'name': 'my/pic', 'path': 'images/my_pic.png', 'size': 3},
        {'kind': 'image', 'name': 'my/pic', 'path': 'images/my_pic_2.png', 'size': 3},
        {'kind': 'property', 'name': 'p', 'value': 1},
        {'kind': 'tag', 'name': 't', 'value': 'v'},
        {'kind': 'tag', 'name': 'u', 'value': None},
        {'kind': 'claim', 'status': 'failed', 'error': {'message': 'broken', 'code': 'E1'}},
    ]
    assert run.bytes('spool/uploads/images/my_pic.jpg') == b'jpg' and run.bytes('spool/uploads/images/my_pic_2.png') == b'png'


def test_a_run_as_context_claims_how_the_block_ended(run):
    done = script('''
        from azureml.core import Run
        with Run.get_context() as run: pass
        with Run.get_context() as run: raise KeyError('gone')
        ''', run, check=False)  # fmt: skip
    assert done.returncode == 1 and [line['status'] for line in run.metrics()] == ['completed', 'failed']
    assert run.metrics()[0]['error'] is None and 'gone' in run.metrics()[1]['error']['message']


def test_uploads_are_copied_and_cannot_leave_their_folder(run, tmp_path):
    source = tmp_path / 'source'
    (source / 'deep').mkdir(parents=True)
    (source / 'a.txt').write_text('a')
    (source / 'deep' / 'é.txt').write_text('b')
    (source / 'inside').symlink_to('a.txt')
    (source / 'outside').symlink_to('/etc/passwd')
    (source / 'folder').symlink_to('/etc')
    os.makedirs(run.at('spool/uploads'))
    os.symlink(str(tmp_path), run.at('spool/uploads/trap'))
    done = script('''
        import io, sys
        from azureml.core import Run
        run, source = Run.get_context(), %r
        run.upload_folder('all', source); run.upload_file('one/./two.txt', source + '/a.txt')
        run.upload_file('s.bin', io.BytesIO(b'stream')); run.upload_file('s.bin', io.BytesIO(b'again'))
        bad = ['../x', '/x', 'a/../../x', '', '..', '.', u'a\\0b', '..\\\\x', 'trap/x']
        for name in bad:
            try: run.upload_file(name, source + '/a.txt')
            except ValueError: continue
            sys.exit('accepted ' + name)
        try: run.upload_file('x', source + '/missing')
        except ValueError: print(sorted(run.get_file_names()))
        ''' % str(source), run)  # fmt: skip
    names = ['all/a.txt', 'all/deep/é.txt', 'all/inside', 'one/two.txt', 's.bin']
    assert done.stdout.decode().strip() == repr(names) and b'outside' in done.stderr and b'linked folders' in done.stderr
    found = sorted(os.path.relpath(os.path.join(b, f), run.at('spool/uploads')) for b, _, fs in os.walk(run.at('spool/uploads')) for f in fs)
    assert found == names and run.bytes('spool/uploads/s.bin') == b'again' and not (tmp_path / 'x').exists()
    assert [line['size'] for line in run.metrics()] == [1, 1, 1, 1, 6, 5] and os.listdir(run.at('spool/.uploading')) == []


def installed(tmp_path, init, core=True):
    """An `azureml` package as pip would have put it into site-packages."""
    package = tmp_path / 'site' / 'azureml'
    (package / 'core').mkdir(parents=True)
    if init is not None:
        (package / '__init__.py').write_text(init)
    (package / 'widgets.py').write_text('VALUE = 42\n')
    (package / 'logging.py').write_text('raise RuntimeError("ours comes first")\n')
    if core:
        (package / 'core' / '__init__.py').write_text('from azureml.core.run import Run\nWHO = "installed"\n')
        (package / 'core' / 'run.py').write_text('class Run(object):\n    WHO = "installed"\n')
    else:
        (package / 'core').rmdir()
    return str(tmp_path / 'site')


EXTENDING = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
STUDIO = 'from azureml.widgets import VALUE\nclass Workspace(object):\n    answer = VALUE\n'


@pytest.mark.parametrize('version', sorted(INTERPRETERS))
@pytest.mark.parametrize('init', [EXTENDING, STUDIO])
def test_an_installed_package_keeps_working_beside_ours(run, tmp_path, version, init):
    site = installed(tmp_path, init)
    code = '''
        from azureml.logging import get_azureml_logger
        get_azureml_logger().log('a', 1)
        import azureml.core, azureml.widgets
        from azureml.core import Run, WHO
        from azureml.core.run import Run as Same
        assert WHO == Run.WHO == Same.WHO == 'installed' and azureml.widgets.VALUE == 42
        '''  # fmt: skip
    more = '\nfrom azureml import Workspace\nassert Workspace.answer == 42\n' if init is STUDIO else ''
    script(textwrap.dedent(code) + more, run, site, python=INTERPRETERS[version])
    assert len(run.metrics()) == 1


def test_a_package_without_an_init_file_works_beside_ours_too(run, tmp_path):
    script('import azureml.widgets, azureml.core.run\nassert azureml.core.run.Run.WHO == "installed"', run, installed(tmp_path, None))


@pytest.mark.parametrize('version', sorted(INTERPRETERS))
def test_without_an_installed_core_ours_is_used_also_beside_other_modules(run, tmp_path, version):
    site = installed(tmp_path, EXTENDING, core=False)
    script('''
        import azureml.widgets
        from azureml.core import Run
        from azureml import core, logging
        run = Run.get_context()
        run.log('a', [1, 2.5, u'\\xe9', b'b', float('inf'), {'k': (1,)}]); run.log_row('r', x=1)
        run.upload_file(u'\\xe9', %r)
        logging.get_azureml_logger().log('b', 2)
        try: from azureml import nonsense
        except ImportError: pass
        ''' % SDK.join(['', '/azureml/__init__.py']), run, site, SDK, python=INTERPRETERS[version])  # fmt: skip
    assert [line['kind'] for line in run.metrics()] == ['metric', 'row', 'upload', 'metric']
    assert run.metrics()[0]['value'] == [1, 2.5, 'é', 'b', INF, {'k': [1]}]


@pytest.mark.parametrize('version', sorted(INTERPRETERS))
def test_a_broken_installed_package_does_not_break_logging(run, tmp_path, version):
    site = installed(tmp_path, 'import no_such_module_at_all\n', core=False)
    script('from azureml.logging import get_azureml_logger\nget_azureml_logger().log("a", 1)', run, site, python=INTERPRETERS[version])
    assert len(run.metrics()) == 1


def test_the_modules_come_with_the_supervisor_into_a_real_run(run):
    code = 'from azureml.logging import get_azureml_logger\nget_azureml_logger().log("a", 1)'
    run.python(code, env=environment()).start()
    assert run.exit()['exitCode'] == 0 and run.metrics()[0]['name'] == 'a'
