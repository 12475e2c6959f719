import { describe, expect, it } from 'vitest';
import { findSparkImport, importedModules } from './find-spark-imports';
import type { Host } from './host';

const project = (files: Readonly<Record<string, string>>): Host =>
  ({
    readFile: async (path: string) => {
      const content = files[path.replace('/p/', '')];
      return content === undefined ? undefined : Buffer.from(content);
    },
  }) as unknown as Host;

const found = (files: Readonly<Record<string, string>>, script = 'train.py'): Promise<string | undefined> =>
  findSparkImport(project(files), '/p', script);

describe('whether a script uses Spark', () => {
  it.each([
    ['import pyspark'],
    ['import os, pyspark.sql as ps'],
    ['from pyspark.sql import SparkSession'],
    ['if x:\n    from pyspark import (\n        SparkContext)'],
    ['try: import pyspark\nexcept ImportError: pass'],
    ['import os; import pyspark'],
    ['importlib.import_module("pyspark.ml")'],
    ['import mmlspark'],
  ])('is seen in %j', async (source) => {
    expect(await found({ 'train.py': source })).toBe('train.py');
  });

  it.each([
    ['# import pyspark'],
    ['print("pyspark")'],
    ['import pyspark_like'],
    ['import os\nfrom sklearn import svm'],
    [''],
  ])('is not seen in %j', async (source) => {
    expect(await found({ 'train.py': source })).toBeUndefined();
  });

  it('is seen in modules of the project that it imports, in any way', async () => {
    const spark = 'import pyspark';
    expect(
      await found({ 'train.py': 'import lib', 'lib.py': 'from pack import deep', 'pack/deep.py': spark }),
    ).toBe('pack/deep.py');
    expect(await found({ 'src/train.py': 'from .near import x', 'src/near.py': spark }, 'src/train.py')).toBe(
      'src/near.py',
    );
    expect(await found({ 'a/b/t.py': 'from ..up import x', 'a/up.py': spark }, 'a/b/t.py')).toBe('a/up.py');
    expect(await found({ 'train.py': 'import pack', 'pack/__init__.py': spark })).toBe('pack/__init__.py');
  });

  it('is not seen in modules that are not imported, nor outside the project', async () => {
    expect(await found({ 'train.py': 'import os', 'other.py': 'import pyspark' })).toBeUndefined();
    expect(await found({ 'train.py': 'from ...up import x' })).toBeUndefined();
  });

  it('does not hang on modules that import each other', async () => {
    expect(await found({ 'train.py': 'import a', 'a.py': 'import train, a' })).toBeUndefined();
  });

  it('takes an import over several lines apart', () => {
    expect(importedModules('from a import (b,\n  c as d)\nimport e \\\n  as f')).toEqual([
      'e',
      'a',
      'a.b',
      'a.c',
    ]);
  });
});
