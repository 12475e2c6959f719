"""The package that scripts of a run import. It shares its name with Microsoft's packages and steps aside for them.

 * Folders named `azureml` elsewhere on the path belong to this package too, so their modules are found.
 * `azureml.core` of an installed package wins: ours lives in `_fallback`, which comes last.
 * Names that an installed `azureml/__init__.py` defines itself (the studio client: `from azureml import Workspace`)
   are found as well; it is executed when such a name is first asked for (Python 3.7 or later), else at import.
"""
import os
import pkgutil
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
_FALLBACK = os.path.join(_HERE, '_fallback')


def _is_ours(folder):
    """The same copy, or another copy of this package that is on the path a second time."""
    return os.path.isdir(os.path.join(folder, '_fallback', 'core'))


def _join_installed(path, name):
    others = [folder for folder in pkgutil.extend_path(path, name) if not _is_ours(folder) and folder != _FALLBACK]
    return [_HERE] + others + [_FALLBACK]


def _execute_installed(names):
    """Runs the `__init__.py` of installed packages in the module's own names, as their import would have done."""
    for folder in list(__path__):
        source = os.path.join(folder, '__init__.py')
        if folder not in (_HERE, _FALLBACK) and os.path.isfile(source):
            kept = dict((name, names.get(name)) for name in ('__file__', '__doc__', '__spec__'))
            names['__file__'] = source
            try:
                with open(source, 'rb') as file:
                    exec(compile(file.read(), source, 'exec', 0, True), names)
            finally:
                names.update(kept)
    names['__path__'] = _join_installed(names['__path__'], names['__name__'])


__path__ = _join_installed(__path__, __name__)

if sys.version_info >= (3, 7):
    _pending = True

    def __getattr__(name):
        global _pending
        ours = name.startswith('__') or os.path.exists(os.path.join(_HERE, name + '.py'))
        if _pending and not ours:
            _pending = False
            _execute_installed(globals())
            if name in globals():
                return globals()[name]
        raise AttributeError('module %r has no attribute %r' % (__name__, name))

else:
    try:
        _execute_installed(globals())
    except Exception as _error:  # logging has to work, whatever is wrong with another package
        import warnings

        warnings.warn('an installed azureml package failed to load: %r' % _error, ImportWarning)
