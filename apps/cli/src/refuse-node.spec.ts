import { describe, expect, it } from 'vitest';
import { refuseNode } from './refuse-node';

describe('the Node.js that runs the command line', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.21.0'])('may be %s', (version) => {
    expect(refuseNode(version)).toBeUndefined();
  });

  it.each(['20.18.3', '18.20.8', '8.17.0'])('is refused where it is %s, with the way out', (version) => {
    expect(refuseNode(version)).toContain(`20.19 or newer is needed; this is ${version}`);
    expect(refuseNode(version)).toContain('AML_NODE');
  });
});
