import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandRun, Outcome } from './command-run';
import type { AmlOptions, Journey } from './journey';

/** Path from the project's root → what is in the file, or where the link leads. */
export type ProjectFiles = Readonly<
  Record<
    string,
    string | Uint8Array | { readonly link: string } | { readonly text: string; readonly mode: number }
  >
>;

/** A project folder, as the person in it sees it. */
export class ProjectFolder {
  constructor(
    private readonly journey: Journey,
    readonly path: string,
    private readonly user: { readonly uid: number; readonly gid: number } | undefined,
  ) {}

  write(files: ProjectFiles): void {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.path, name);
      this.makeFolders(dirname(path));
      if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(path, content);
      else if ('link' in content) symlinkSync(content.link, path);
      else {
        writeFileSync(path, content.text);
        chmodSync(path, content.mode);
      }
      if (this.user) lchownSync(path, this.user.uid, this.user.gid);
    }
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  start(...words: readonly string[]): CommandRun {
    return this.journey.start(words, { cwd: this.path });
  }

  aml(...words: readonly string[]): Promise<Outcome> {
    return this.journey.aml(words, { cwd: this.path });
  }

  /** With an environment, input or limit of its own. */
  amlWith(options: AmlOptions, ...words: readonly string[]): Promise<Outcome> {
    return this.journey.aml(words, { cwd: this.path, ...options });
  }

  succeed(...words: readonly string[]): Promise<Outcome> {
    return this.journey.succeed(words, { cwd: this.path });
  }

  submit(...words: readonly string[]): Promise<Outcome> {
    return this.aml('experiment', 'submit', ...words);
  }

  /** Submits with `--detach`. @returns the run's id */
  async detach(...words: readonly string[]): Promise<string> {
    return (await this.succeed('experiment', 'submit', '--detach', ...words)).stdout.trim();
  }

  /** What a command prints with `-o json`; it has to succeed. */
  async json<T>(...words: readonly string[]): Promise<T> {
    return (await this.succeed(...words, '-o', 'json')).json<T>();
  }

  private makeFolders(path: string): void {
    if (existsSync(path)) return;
    this.makeFolders(dirname(path));
    mkdirSync(path);
    if (this.user) lchownSync(path, this.user.uid, this.user.gid);
  }
}
