"""`azureml.core.Run` without a server: what a script says about its run goes into the run's spool."""
from __future__ import absolute_import

import os
import re
import uuid

from azureml import _spool, _uploads
from azureml._spool import text, to_json


class _Named(object):
    """Stands for an experiment or workspace; has a name and nothing to ask."""

    def __init__(self, name):
        self.name = self.id = name

    def __repr__(self):
        return self.name


class Run(object):
    """The run that this process belongs to. Get it with `Run.get_context()`.

    Recording never raises: a full disk is said once on stderr. Wrong arguments, such as a file to upload that does not
    exist, raise ValueError.
    """

    _current = {}

    def __init__(self, run_id=None):
        self._online = _spool.folder() is not None
        self.id = run_id or _spool.run_id() or 'OfflineRun_%s' % uuid.uuid4()
        self.name = self.display_name = self.id
        self.number = 0
        self.type = 'experiment'
        self.parent = None
        self.experiment = _Named(os.environ.get('AZUREML_EXPERIMENT_ID') or 'offline')
        self.experiment.workspace = _Named('local')
        self.properties, self.tags = {}, {}
        self.input_datasets, self.output_datasets = {}, {}
        self._offline_lines = []
        self._status = 'Running'

    @classmethod
    def get_context(cls, allow_offline=True, **_ignored):
        """The current run. Outside a run: one whose id begins with `OfflineRun` and that prints, or RuntimeError."""
        if _spool.folder() is None and not allow_offline:
            raise RuntimeError('This process does not belong to a run.')
        key = (_spool.folder(), _spool.run_id())
        if key not in cls._current:
            cls._current[key] = cls()
        return cls._current[key]

    # Metrics

    def log(self, name, value, description=None, step=None):
        """A value; logged again it makes a series."""
        self._record('metric', name=text(name), value=to_json(value), description=_optional(description), step=_optional(step))

    def log_list(self, name, value, description=None):
        """Several values of one series at once."""
        self._record('list', name=text(name), value=_as_list(to_json(value)), description=_optional(description))

    def log_row(self, name, description=None, **columns):
        """One row of a table; logged again it adds a row."""
        self._record('row', name=text(name), columns=to_json(columns), description=_optional(description))

    def log_table(self, name, value, description=None):
        """A table as a map of columns to lists (or single values)."""
        columns = to_json(value)
        if not isinstance(columns, dict):
            raise ValueError('log_table needs a map of column names to lists.')
        columns = dict((column, _as_list(cells)) for column, cells in columns.items())
        self._record('table', name=text(name), columns=columns, description=_optional(description))

    def log_image(self, name, path=None, plot=None, description=None):
        """An image from a file, or a matplotlib figure or module. Each one is kept, also under the same name."""
        if (path is None) == (plot is None):
            raise ValueError('log_image needs either path= or plot=.')
        extension = os.path.splitext(path)[1] if path is not None else '.png'
        write = _uploads.copy_of(path) if path is not None else lambda target: plot.savefig(_native(target), format='png')
        artifact = u'images/%s%s' % (re.sub(u'[/\\\\\0]', u'_', text(name)).strip(u'.') or u'image', text(extension))
        kept = self._put(artifact, write, unique=True)
        if kept:
            self._record('image', name=text(name), path=kept[0], size=kept[1], description=_optional(description))

    # Files

    def upload_file(self, name, path_or_stream, **_ignored):
        """Copies a file into the record under `name`; a second upload of the same name replaces the first."""
        read = getattr(path_or_stream, 'read', None)
        kept = self._put(name, _stream_writer(read) if read else _uploads.copy_of(path_or_stream))
        if kept:
            self._record('upload', name=kept[0], size=kept[1])

    def upload_folder(self, name, path, **_ignored):
        """Copies every file below `path` into the record, below `name`."""
        for relative, source in _uploads.files_below(path):
            self.upload_file(u'%s/%s' % (text(name), relative), source)

    def get_file_names(self):
        """Names of the artifacts of this run so far."""
        return sorted(set(line.get('path') or line['name'] for line in self._lines() if line['kind'] in ('upload', 'image')))

    # What the run says about itself

    def add_properties(self, properties):
        for name, value in sorted(properties.items()):
            self.properties[name] = value
            self._record('property', name=text(name), value=to_json(value))

    def tag(self, key, value=None):
        self.tags[key] = value
        self._record('tag', name=text(key), value=to_json(value))

    def set_tags(self, tags):
        for key, value in sorted(tags.items()):
            self.tag(key, value)

    def get_tags(self):
        return dict(self.tags)

    def get_properties(self):
        return dict(self.properties)

    def complete(self, **_ignored):
        """A claim of the script. What the run ends as is decided by how the script ends."""
        self._status = 'Completed'
        self._record('claim', status=u'completed', error=None)

    def fail(self, error_details=None, error_code=None, **_ignored):
        """A claim of the script, with what went wrong."""
        self._status = 'Failed'
        details = None if error_details is None else text(error_details)
        self._record('claim', status=u'failed', error={u'message': details, u'code': _optional(error_code)})

    cancel = start = flush = wait_for_completion = lambda self, *_arguments, **_options: None

    def get_status(self):
        """What the script claimed, else `Running`."""
        return self._status

    def get_details(self):
        return {'runId': self.id, 'status': self._status, 'properties': dict(self.properties), 'tags': dict(self.tags)}

    def get_metrics(self, name=None, **_ignored):
        """What this run logged so far: a value, a list for a series, a map of columns for rows and tables."""
        series, tables, images = {}, {}, {}
        for line in self._lines():
            kind = line.get('kind')
            if kind in ('metric', 'list'):
                series.setdefault(line['name'], []).extend(_restore(line['value'] if kind == 'list' else [line['value']]))
            elif kind in ('row', 'table'):
                table = tables.setdefault(line['name'], {})
                for column, cells in line['columns'].items():
                    table.setdefault(column, []).extend(_restore(cells if kind == 'table' else [cells]))
            elif kind == 'image':
                images[line['name']] = line['path']
        found = dict((key, values[0] if len(values) == 1 else values) for key, values in series.items())
        for table in tables.values():
            table.update((column, cells[0]) for column, cells in list(table.items()) if len(cells) == 1)
        found.update(tables)
        found.update(images)
        return found if name is None else dict((key, value) for key, value in found.items() if key == name)

    # The parts that do the work

    def _record(self, kind, **fields):
        try:
            fields = dict((key, value) for key, value in fields.items() if value is not None or key in ('value', 'error'))
            line = _spool.record(kind, **fields)
            if not self._online:
                self._offline_lines.append(line)
        except Exception as error:
            _spool.warn('metrics are being lost: %s' % error)

    def _put(self, name, write, unique=False):
        """(name, bytes) of the artifact that was kept, or None where that was not possible."""
        clean = _uploads.clean_name(name)
        if not self._online:
            return clean, 0
        try:
            return _uploads.put(clean, write, unique)
        except (IOError, OSError) as error:
            _spool.warn('files are being lost: %s' % error)
            return None

    def _lines(self):
        return _spool.lines() if self._online else self._offline_lines

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _trace):
        if kind is None:
            self.complete()
        else:
            self.fail('%s: %s' % (kind.__name__, error))
        return False

    def __repr__(self):
        return 'Run(Experiment: %s,\nId: %s,\nStatus: %s)' % (self.experiment.name, self.id, self._status)


def _native(path):
    return getattr(os, 'fsdecode', lambda same: same)(path)


def _optional(value):
    return None if value is None or value == '' else to_json(value)


def _as_list(value):
    return value if isinstance(value, list) else [value]


def _restore(values):
    """Non-finite numbers as Python knows them."""
    return [float(v['$float']) if isinstance(v, dict) and list(v) == ['$float'] else v for v in values]


def _stream_writer(read):
    def write(path):
        with open(path, 'wb') as file:
            while True:
                part = read(1 << 20)
                if not part:
                    return
                file.write(part if isinstance(part, bytes) else part.encode('utf-8'))

    return write
