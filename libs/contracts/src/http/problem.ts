import { z } from 'zod';
import { ErrorBody } from '../run-specification';

/** A place in a file of the project, as `aml config check` prints it. */
export const FindingBody = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
    fix: z.string().optional(),
    hint: z.string().optional(),
  })
  .meta({ id: 'Finding' });
export type FindingBody = z.infer<typeof FindingBody>;

/** RFC 9457 problem details with our error as data beside it. */
export const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    operationId: z.string().describe('names this request in the logs'),
    error: ErrorBody,
    findings: z.array(FindingBody).optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemBody = z.infer<typeof ProblemBody>;
