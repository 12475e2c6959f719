/** The kinds of compute target, each a folder of `libs/targets`. */
export const TARGET_KINDS = ['local-python', 'local-docker'] as const;

export type TargetKind = (typeof TARGET_KINDS)[number];
