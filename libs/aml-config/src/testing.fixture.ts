import { type Finding } from './finding';
import { formatFinding } from './format-finding';
import { type AmlConfig, readAmlConfig } from './read-aml-config';
import { type SourceFile } from './source-text';

/** Files of a project by path; texts become UTF-8. */
export type Texts = Readonly<Record<string, string | Uint8Array>>;

export function project(texts: Texts): readonly SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({
    path,
    content: typeof text === 'string' ? new TextEncoder().encode(text) : text,
  }));
}

export function read(texts: Texts): AmlConfig {
  return readAmlConfig(project(texts));
}

/** What `aml config check` shows of one file. */
export function said(texts: Texts, file = Object.keys(texts)[0] ?? ''): string {
  return read(texts)
    .findings.filter((finding) => finding.file === file)
    .map((finding) => formatFinding(finding, String(texts[file])))
    .join('\n');
}

export function codes(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `${finding.severity} ${finding.code}`);
}

/** A target and a conda file, so that a run configuration under test has what it names. */
export const DOCKER: Texts = {
  'aml_config/docker.compute': 'type: docker\n',
  'aml_config/conda_dependencies.yml': 'dependencies:\n  - python=3.5.2\n',
  'aml_config/spark_dependencies.yml': 'configuration: {}\n',
};
