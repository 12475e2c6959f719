"""Metrics of a run.

    from azureml.logging import get_azureml_logger

    logger = get_azureml_logger()
    logger.log('Accuracy', 0.97)

A name that is logged again makes a series. A value may be a number, a text, a list, nested lists, a dict, or an array
or scalar of numpy and its like. Outside a run the values are printed.
"""
from __future__ import absolute_import

import logging as _logging

from azureml import _spool


class AzureMLLogger(object):
    """`log(name, value)` records; everything else of a `logging.Logger` works too and goes to Python's logging."""

    def __init__(self, name=None):
        self.name = name or 'azureml'

    def log(self, name, value, *_ignored, **_also_ignored):
        """Records a value. Never raises; what is logged is safe when this returns."""
        try:
            _spool.record('metric', name=_spool.text(name), value=_spool.to_json(value))
        except Exception as error:
            _spool.warn('metrics are being lost: %s' % error)

    def flush(self):
        """Nothing is held back, so there is nothing to do."""

    close = start_run = end_run = start = stop = lambda self, *_arguments, **_options: None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return getattr(_logging.getLogger(self.__dict__.get('name') or 'azureml'), name)


_loggers = {}


def get_azureml_logger(name=None, *_ignored, **_also_ignored):
    """The logger of this run; the same object for the same name."""
    return _loggers.setdefault(name, AzureMLLogger(name))
