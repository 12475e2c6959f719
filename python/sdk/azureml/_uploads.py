"""Copies files into the spool of the run, from where they are taken into its record."""
from __future__ import absolute_import

import os
import shutil
import uuid

from azureml import _spool


def clean_name(name):
    """The name of an artifact: relative, forward slashes, nothing that climbs. ValueError for any other."""
    parts = [part for part in _spool.text(name).replace(u'\\', u'/').split(u'/') if part not in (u'', u'.')]
    if not parts or _spool.text(name).startswith(u'/') or u'..' in parts or any(u'\0' in part for part in parts):
        raise ValueError('"%s" is no name for an artifact: it must be a relative path without "..".' % name)
    return u'/'.join(parts)


def _as_bytes(path):
    """Paths are bytes in here: an old Python under an ASCII locale could not name the files otherwise."""
    return path if isinstance(path, bytes) else getattr(os, 'fsencode', lambda name: name.encode('utf-8'))(path)


def _folder(*parts):
    """A folder of the spool, made if it is not there."""
    path = os.path.join(os.path.realpath(_as_bytes(_spool.folder())), *parts)
    try:
        os.makedirs(path)
    except OSError:
        if not os.path.isdir(path):
            raise
    return path


def _target(name):
    root = _folder(b'uploads')
    target = os.path.join(root, name.encode('utf-8'))
    parent = os.path.realpath(os.path.dirname(target))
    if parent != root and not parent.startswith(root + b'/'):
        raise ValueError('"%s" leads out of the uploads folder through a symbolic link.' % name)
    _folder(parent)
    return target


def put(name, write, unique=False):
    """Makes the artifact with `write(path)`; whole or not at all. Returns (name, bytes); `unique` never replaces one."""
    name = clean_name(name)
    target = _target(name)
    temporary = os.path.join(_folder(b'.uploading'), uuid.uuid4().hex.encode('ascii'))
    try:
        write(temporary)
        size = os.path.getsize(temporary)
        if not unique:
            os.rename(temporary, target)
            return name, size
        stem, extension = os.path.splitext(name)
        number = 1
        while True:
            candidate = name if number == 1 else u'%s_%d%s' % (stem, number, extension)
            try:
                os.close(os.open(_target(candidate), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            except OSError:
                if not os.path.lexists(_target(candidate)):
                    raise
                number += 1
                continue
            os.rename(temporary, _target(candidate))
            return candidate, size
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def copy_of(source):
    if not os.path.isfile(source):
        raise ValueError('"%s" is not a file.' % source)
    return lambda path: shutil.copyfile(source, path)


def files_below(folder):
    """(relative name, path) of every file; links that lead out of the folder are left out, with a warning."""
    if not os.path.isdir(folder):
        raise ValueError('"%s" is not a folder.' % folder)
    root = os.path.realpath(folder)
    for base, folders, files in os.walk(root):
        for name in sorted(folders):
            if os.path.islink(os.path.join(base, name)):
                _spool.warn('linked folders are not uploaded: %s' % os.path.join(base, name))
        folders.sort()
        for name in sorted(files):
            path = os.path.join(base, name)
            if not os.path.realpath(path).startswith(root + os.sep) or not os.path.isfile(path):
                _spool.warn('not uploaded, because it is no file of the folder: %s' % path)
                continue
            yield _spool.text(_as_bytes(os.path.relpath(path, root))), path
