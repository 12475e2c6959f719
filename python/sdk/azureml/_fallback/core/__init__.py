"""`azureml.core` for scripts that use `Run` where Microsoft's package is not installed. Where it is, it is used instead."""
from __future__ import absolute_import

from azureml.core.run import Run

__all__ = ['Run']
