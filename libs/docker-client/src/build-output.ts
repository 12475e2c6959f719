import { decodeBuildKitTrace } from './buildkit-trace';
import { LineSplitter } from './split-lines';

/** What has been learnt from a build's output stream once it has ended. */
export interface BuildOutcome {
  readonly imageId: string | undefined;
  /** The engine's words; undefined when the build went well. */
  readonly error: string | undefined;
  /** The base image that was being looked for when the build ended, where the classic builder said so. */
  readonly lastBaseImage: string | undefined;
}

/** Turns the JSON lines of both builders into lines for people, and remembers the image and the error. */
export class BuildOutput {
  private imageId: string | undefined;
  private error: string | undefined;
  private readonly announced = new Set<string>();
  private readonly stepOutput = new Map<string, LineSplitter>();
  private readonly plainOutput: LineSplitter;
  private lastFailedStep: string | undefined;
  private lastBaseImage: string | undefined;

  constructor(private readonly onLine: (line: string) => void) {
    this.plainOutput = new LineSplitter((line) => this.plainLine(line));
  }

  /** One line of the engine's stream. What is not JSON is passed on as it is. */
  accept(json: string): void {
    const message = parse(json);
    if (message === undefined) {
      if (json.trim() !== '') this.onLine(json);
      return;
    }
    if (message['id'] === 'moby.buildkit.trace' && typeof message['aux'] === 'string') {
      this.acceptTrace(message['aux']);
    }
    const imageId = propertyOf(message['aux'], 'ID');
    if (typeof imageId === 'string') this.imageId = imageId;
    if (typeof message['stream'] === 'string') this.plainOutput.push(Buffer.from(message['stream']));
    if (typeof message['status'] === 'string' && message['progressDetail'] === undefined)
      this.onLine(message['status']);
    if (typeof message['error'] === 'string') this.error = message['error'];
  }

  finish(): BuildOutcome {
    this.plainOutput.end();
    for (const splitter of this.stepOutput.values()) splitter.end();
    return {
      imageId: this.imageId,
      error: this.error ?? this.lastFailedStep,
      lastBaseImage: this.lastBaseImage,
    };
  }

  private acceptTrace(base64: string): void {
    const trace = decodeBuildKitTrace(base64);
    for (const step of trace.steps) {
      // A step arrives again with each change of its state.
      if ((step.started || step.cached) && !this.announced.has(step.digest)) {
        this.announced.add(step.digest);
        if (!this.isInternal(step.name))
          this.onLine(readableName(step.name) + (step.cached ? ' (cached)' : ''));
      }
      if (step.error !== '') this.lastFailedStep = step.error;
    }
    for (const log of trace.logs) {
      let splitter = this.stepOutput.get(log.digest);
      if (!splitter) {
        splitter = new LineSplitter(this.onLine);
        this.stepOutput.set(log.digest, splitter);
      }
      splitter.push(log.bytes);
    }
    for (const warning of trace.warnings) this.onLine(`warning: ${warning}`);
  }

  /** Steps of BuildKit's own that say nothing about the Dockerfile. */
  private isInternal(name: string): boolean {
    return (
      name.startsWith('[internal]') ||
      name.startsWith('[auth]') ||
      name.startsWith('exporting ') ||
      name === 'copy /context /'
    );
  }

  private plainLine(coloured: string): void {
    // The classic builder paints standard error red.
    const line = coloured.replaceAll('\u001b[91m', '').replaceAll('\u001b[0m', '');
    if (line === '' && coloured !== '') return;
    const step = /^Step \d+\/\d+ : (.*)$/.exec(line)?.[1];
    if (step !== undefined) this.lastBaseImage = /^FROM (\S+)/.exec(step)?.[1];
    const image = /^Successfully built ([0-9a-f]{12,64})$/.exec(line)?.[1];
    if (image !== undefined) this.imageId ??= image;
    if (!/^( ---> |Removing intermediate container |Successfully (built|tagged) )/.test(line))
      this.onLine(line);
  }
}

/** Mounts are how a step is run, not what it does. */
function readableName(name: string): string {
  return name.replace(/(RUN )(?:--mount=\S+ )+/, '$1');
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
