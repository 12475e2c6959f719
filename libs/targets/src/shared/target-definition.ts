import type { TargetKind } from '@aml/run-model';
import type { z } from 'zod';

/** What a kind of target is, for whoever lists kinds or reads a `.compute` file. */
export interface TargetDefinition {
  readonly kind: TargetKind;
  /** One sentence for people. */
  readonly title: string;
  /** `own`: the user's Python; `image`: an image that is made from the dependency files. */
  readonly environment: 'own' | 'image';
  /** The settings that mean something to this kind. */
  readonly settings: z.ZodType;
}

/** What drivers are told about the runs they start. */
export interface RunLimits {
  /** Between the request to end and the kill; default 10 s. */
  readonly graceSeconds: number;
  /** For processes that outlive the script; default 10 s. */
  readonly leftoverSeconds: number;
}

export const DEFAULT_LIMITS: RunLimits = { graceSeconds: 10, leftoverSeconds: 10 };
