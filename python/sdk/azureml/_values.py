"""Turns whatever a script logs into values that JSON can hold. Knows no library by name: it looks at what values can do."""
from __future__ import absolute_import

import math

_TEXT = type(u'')
_INTEGERS = (int,) if str is _TEXT else (int, type(2 ** 64))
_MAX_DEPTH = 64
# In this order: arrays, series and tensors; tensors of other libraries; tables; scalars.
_UNWRAPPERS = ('tolist', 'numpy', 'to_dict', 'item', 'isoformat')


def text(value):
    """`value` as text that is valid Unicode."""
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    if not isinstance(value, _TEXT):
        return text(str(value))
    try:
        data = value.encode('utf-8')
    except UnicodeEncodeError:  # half of a surrogate pair: no database takes it
        return value.encode('utf-8', 'replace').decode('utf-8')
    return value if type(value) is _TEXT else data.decode('utf-8')  # numpy has texts of its own


def to_json(value):
    """Never raises. Non-finite numbers become {"$float": "nan" | "inf" | "-inf"}; unknown objects become their text."""
    try:
        return _convert(value, 0)
    except Exception:  # an object that fails while it describes itself must not end the script
        return u'<%s>' % type(value).__name__


def _convert(value, depth):
    if value is None or value is True or value is False:
        return value
    if isinstance(value, _INTEGERS):
        return int(value)
    if isinstance(value, float):
        return _number(float(value))
    if isinstance(value, (_TEXT, bytes)):
        return text(value)
    if isinstance(value, bytearray):
        return text(bytes(value))
    if depth >= _MAX_DEPTH:  # deep, or a container that holds itself
        return text(type(value).__name__)
    if isinstance(value, dict) or (hasattr(value, 'keys') and hasattr(value, '__getitem__') and not hasattr(value, 'tolist')):
        if not hasattr(value, 'to_dict'):
            return dict((text(key), _convert(value[key], depth + 1)) for key in value.keys())
    if isinstance(value, (list, tuple)) or type(value).__name__ in ('deque', 'range', 'xrange', 'dict_keys', 'dict_values'):
        return [_convert(item, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return [_convert(item, depth + 1) for item in sorted(value, key=repr)]
    return _convert_unknown(value, depth)


def _convert_unknown(value, depth):
    for name in _UNWRAPPERS:
        unwrap = getattr(value, name, None)
        if callable(unwrap):
            try:
                plain = unwrap('list') if name == 'to_dict' and hasattr(value, 'columns') else unwrap()
            except Exception:
                continue  # such as a tensor on another device: the next way may work
            if type(plain) is not type(value):
                return _convert(plain, depth + 1)
    if hasattr(value, '__float__') and not isinstance(value, complex):
        return _number(float(value))
    return text(value)


def _number(value):
    if math.isnan(value):
        return {u'$float': u'nan'}
    if math.isinf(value):
        return {u'$float': u'inf' if value > 0 else u'-inf'}
    return value
