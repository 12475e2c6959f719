import { readFields, type WireField } from './protobuf-wire';

/** One message of the engine's `moby.buildkit.trace`. Source: moby/buildkit `api/services/control/control.proto`. */
export interface BuildKitTrace {
  readonly steps: readonly BuildStep[];
  readonly logs: readonly BuildStepLog[];
  readonly warnings: readonly string[];
}

export interface BuildStep {
  readonly digest: string;
  /** `[conda 2/3] RUN …`, `[internal] load build context`. */
  readonly name: string;
  readonly started: boolean;
  readonly completed: boolean;
  readonly cached: boolean;
  readonly error: string;
}

export interface BuildStepLog {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Decodes the base64 of one trace message. Unknown fields are ignored. */
export function decodeBuildKitTrace(base64: string): BuildKitTrace {
  const steps: BuildStep[] = [];
  const logs: BuildStepLog[] = [];
  const warnings: string[] = [];
  for (const field of readFields(Buffer.from(base64, 'base64'))) {
    if (field.kind !== 'bytes') continue;
    if (field.number === 1) steps.push(decodeStep(field.value));
    if (field.number === 3) logs.push(decodeLog(field.value));
    if (field.number === 4) warnings.push(textOf([...readFields(field.value)], 3));
  }
  return { steps, logs, warnings };
}

function decodeStep(message: Buffer): BuildStep {
  const fields = [...readFields(message)];
  return {
    digest: textOf(fields, 1),
    name: textOf(fields, 3),
    cached: fields.some((field) => field.number === 4 && field.kind === 'varint' && field.value !== 0n),
    started: fields.some((field) => field.number === 5),
    completed: fields.some((field) => field.number === 6),
    error: textOf(fields, 7),
  };
}

function decodeLog(message: Buffer): BuildStepLog {
  const fields = [...readFields(message)];
  const bytes = fields.find((field) => field.number === 4 && field.kind === 'bytes');
  return { digest: textOf(fields, 1), bytes: bytes?.kind === 'bytes' ? bytes.value : Buffer.alloc(0) };
}

function textOf(fields: readonly WireField[], number: number): string {
  const field = fields.find((candidate) => candidate.number === number && candidate.kind === 'bytes');
  return field?.kind === 'bytes' ? field.value.toString() : '';
}
