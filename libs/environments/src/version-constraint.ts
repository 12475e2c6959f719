/** One comparison of a conda version constraint. `fuzzy` is `=1.2` and `1.2.*`: 1.2 and everything below it. */
export interface Comparison {
  readonly operator: '==' | 'fuzzy' | '!=' | '!fuzzy' | '>=' | '<=' | '>' | '<' | '~=';
  readonly version: string;
}

/** Alternatives (`|`) of comparisons that hold together (`,`). Empty: any version. */
export type VersionConstraint = readonly (readonly Comparison[])[];

/**
 * Reads a conda version constraint: `3.5.2`, `=3.5`, `==3.5.2`, `>=3.5,<3.7`, `3.5.*|3.6.*`.
 * Undefined for what is none. Source: conda's package match specification.
 */
export function parseConstraint(text: string): VersionConstraint | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '*') return [];
  const alternatives: Comparison[][] = [];
  for (const alternative of trimmed.split('|')) {
    const comparisons: Comparison[] = [];
    for (const part of alternative.split(',')) {
      const comparison = parseComparison(part.trim());
      if (comparison === undefined) return undefined;
      if (comparison !== 'any') comparisons.push(comparison);
    }
    alternatives.push(comparisons);
  }
  return alternatives;
}

function parseComparison(text: string): Comparison | 'any' | undefined {
  if (text === '*') return 'any';
  const match = /^(==|!=|>=|<=|~=|=|>|<)?\s*v?([0-9][0-9A-Za-z_!+-]*(?:\.[0-9A-Za-z_!+-]+)*)(\.?\*)?$/.exec(
    text,
  );
  if (!match?.[2]) return undefined;
  const star = match[3] !== undefined;
  const version = match[2];
  switch (match[1]) {
    case '=':
      return { operator: 'fuzzy', version };
    case undefined:
    case '==':
      return { operator: star ? 'fuzzy' : '==', version };
    case '!=':
      return { operator: star ? '!fuzzy' : '!=', version };
    case '>=':
    case '<=':
    case '>':
    case '<':
    case '~=':
      return { operator: match[1], version };
    default:
      return undefined;
  }
}

/** Conda's text of it, in one spelling. */
export function constraintText(constraint: VersionConstraint): string {
  return constraint.map((alternative) => alternative.map(comparisonText).join(',')).join('|');
}

function comparisonText(comparison: Comparison): string {
  if (comparison.operator === 'fuzzy') return `=${comparison.version}`;
  if (comparison.operator === '!fuzzy') return `!=${comparison.version}.*`;
  return comparison.operator + comparison.version;
}

/** pip's text of it (PEP 440); undefined for alternatives, which pip cannot say. */
export function pipConstraint(constraint: VersionConstraint): string | undefined {
  if (constraint.length > 1) return undefined;
  return (constraint[0] ?? [])
    .map(({ operator, version }) => {
      if (operator === 'fuzzy') return `==${version}.*`;
      if (operator === '!fuzzy') return `!=${version}.*`;
      return operator + version;
    })
    .join(',');
}

/** Whether a plain version of numbers, such as a Python's, is among those that the constraint allows. */
export function allows(constraint: VersionConstraint, version: string): boolean {
  return constraint.length === 0 || constraint.some((all) => all.every((one) => holds(one, version)));
}

function holds({ operator, version: wanted }: Comparison, version: string): boolean {
  const order = compareVersions(version, wanted);
  const below = isBelow(version, wanted);
  switch (operator) {
    case '==':
      return order === 0;
    case 'fuzzy':
      return below;
    case '!=':
      return order !== 0;
    case '!fuzzy':
      return !below;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '~=':
      return order >= 0 && isBelow(version, wanted.replace(/\.[^.]*$/, ''));
  }
}

function isBelow(version: string, prefix: string): boolean {
  const parts = version.split('.');
  return prefix.split('.').every((part, index) => part === (parts[index] ?? '0'));
}

/** Negative, zero or positive, by the numbers between the dots. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Major and minor of a version: `3.11` of `3.11.2`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
