import { refuseNode } from './refuse-node';

// This file and what it imports hold nothing that an old Node.js cannot read; all else comes after the check.
const refusal = refuseNode(process.versions.node);
if (refusal === undefined) {
  import('./run-command-line')
    .then(({ runCommandLine }) => runCommandLine())
    .then(
      (code) => process.exit(code),
      (error: unknown) => {
        process.stderr.write(`error: ${String(error)}\n`);
        process.exit(5);
      },
    );
} else {
  process.stderr.write(refusal);
  process.exitCode = 2;
}
