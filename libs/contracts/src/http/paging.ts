import { z } from 'zod';

/** Query values arrive as text; `a,b` and repeated keys both make a list. */
export const TextList = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : value.split(',')).filter((item) => item !== ''));

export const Flag = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((value) => value === 'true' || value === '1' || value === '');

export const Count = z.coerce.number().int().min(0);

/** Pages by number of records; for what may be sorted in many ways. */
export const OffsetPageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('at most this many'),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, 'is not the `next` of a page')
    .optional()
    .describe('`next` of the page before'),
};

/** Pages by the last record. */
export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('at most this many'),
  cursor: z.string().optional().describe('`next` of the page before'),
};
