"""Every file that runs on a target is valid for Python 2.7 and for 3.5 and later, and needs no package."""
import ast
import glob
import os
import subprocess
import sys

from conftest import INTERPRETERS, ROOT

FILES = sorted(glob.glob(os.path.join(ROOT, 'sdk', '**', '*.py'), recursive=True)) + [os.path.join(ROOT, 'supervisor', 'supervisor.py')]


def test_every_file_needs_no_more_than_python_2_7_and_3_5():
    vermin = [sys.executable, '-c', 'import vermin; vermin.main()', '--no-tips', '-t=2.7-', '-t=3.5-', '--violations']
    done = subprocess.run(vermin + FILES, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_python_of_this_machine_compiles_every_file():
    code = 'import sys\nfor f in sys.argv[1:]: compile(open(f, "rb").read(), f, "exec", 0, True)'
    for python in INTERPRETERS.values():
        subprocess.run([python, '-W', 'error', '-c', code] + FILES, check=True)


def test_only_the_standard_library_and_our_own_modules_are_imported():
    names = set()
    for path in FILES:
        with open(path, 'rb') as file:
            for node in ast.walk(ast.parse(file.read())):
                if isinstance(node, ast.Import):
                    names.update(alias.name.split('.')[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    names.add(node.module.split('.')[0])
    assert names - set(sys.stdlib_module_names) == {'azureml'}


def test_the_shell_supervisor_is_valid_in_every_shell_of_this_machine():
    for shell in ('sh', 'bash', 'dash'):
        subprocess.run([shell, '-n', os.path.join(ROOT, 'supervisor', 'supervisor.sh')], check=True)
