"""Writes what a script logs into the spool of its run: `$AML_RUN_SPOOL/metrics.jsonl`, one JSON line per thing.

A line is one `write` to a file in append mode: lines of many processes never mix, and a line that was logged is safe
when the process is killed in the next instant. The file is opened for each line, because a script may close or reuse
descriptors that it did not open, and may fork at any moment. Nothing in here raises into the script.
"""
from __future__ import absolute_import, print_function

import itertools
import json
import os
import sys
import time

from azureml._values import text, to_json

_sequence = itertools.count(1)
_warned = set()
_torn = [False]


def folder():
    """The spool of the run that this process belongs to, or None outside a run."""
    return os.environ.get('AML_RUN_SPOOL') or None


def run_id():
    return os.environ.get('AZUREML_RUN_ID') or None


def warn(problem):
    """Says each kind of problem once, on stderr."""
    if problem not in _warned:
        _warned.add(problem)
        try:
            sys.stderr.write('azureml: %s\n' % problem)
            sys.stderr.flush()
        except Exception:
            pass  # a closed stderr


def record(kind, **fields):
    """Appends one line of this kind; outside a run prints it. Returns the line as a dict."""
    line = dict(fields, v=1, kind=kind, time=time.time(), pid=os.getpid(), seq=next(_sequence))
    spool = folder()
    if spool is None:
        _print(kind, fields)
    else:
        try:
            _append(os.path.join(spool, 'metrics.jsonl'), json.dumps(line, sort_keys=True).encode('ascii') + b'\n')
        except Exception as error:
            warn('metrics are being lost: %s' % error)
    return line


def _append(path, data):
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, 'O_CLOEXEC', 0), 0o600)
    try:
        if _torn[0]:  # the last line was cut by a full disk: end it, so that only that one is lost
            data = b'\n' + data
        written = os.write(descriptor, data)
        if written != len(data):
            _torn[0] = True
            raise IOError('only a part of a line fitted onto the disk')
        _torn[0] = False
    finally:
        os.close(descriptor)


def _print(kind, fields):
    name = fields.get('name')
    rest = dict((key, value) for key, value in fields.items() if key != 'name' and value is not None)
    shown = rest['value'] if list(rest) == ['value'] else rest
    shown = shown if isinstance(shown, type(u'')) else json.dumps(shown, sort_keys=True)
    try:
        message = u'azureml (not in a run): %s %s = %s' % (kind, name, shown) if name else u'azureml (not in a run): %s %s' % (kind, shown)
        if str is bytes:
            message = message.encode('utf-8')
        print(message)
        sys.stdout.flush()
    except Exception as error:  # a closed stdout, a terminal that cannot show the text
        warn('a metric could not be printed: %s' % error)


def lines():
    """What was logged so far by all processes of the run, in order; lines that were cut are left out."""
    found = []
    try:
        with open(os.path.join(folder() or '', 'metrics.jsonl'), 'rb') as file:
            for data in file:
                try:
                    found.append(json.loads(data.decode('ascii')))
                except ValueError:
                    pass
    except (IOError, OSError):
        pass
    return found


__all__ = ['folder', 'lines', 'record', 'run_id', 'text', 'to_json', 'warn']
