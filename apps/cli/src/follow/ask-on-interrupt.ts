import type { Terminal } from '../output/terminal';

export type InterruptAnswer = 'cancel' | 'leave';

export interface InterruptPorts {
  readonly terminal: Terminal;
  /** Keys as they are pressed, raw; returns a function that stops listening. */
  readonly onKey: (listener: (key: string) => void) => () => void;
}

/**
 * Asks what Ctrl-C meant: cancel the run (c) or leave it going (l). A second Ctrl-C, Escape, Enter or end of input leaves it.
 */
export function askOnInterrupt(ports: InterruptPorts): Promise<InterruptAnswer> {
  const { terminal } = ports;
  terminal.err(`\n${terminal.errColors.bold('Cancel the run, or leave it going?')} [c/l] `);
  return new Promise((resolve) => {
    const stop = ports.onKey((key) => {
      const answer = readAnswer(key);
      if (answer === undefined) return;
      stop();
      terminal.err(`${answer}\n`);
      resolve(answer);
    });
  });
}

function readAnswer(key: string): InterruptAnswer | undefined {
  if (key === 'c' || key === 'C') return 'cancel';
  return ['l', 'L', 'q', '\r', '\n', '\u0003', '\u0004', '\u001b'].includes(key) ? 'leave' : undefined;
}

/** A terminal shows Ctrl-C as `^C`; what is said about it begins a line of its own. */
export function afterCaret(terminal: Terminal): void {
  if (terminal.errIsTerminal) terminal.err('\n');
}

/** Keys of the real terminal, each as it is pressed. */
export function terminalKeys(listener: (key: string) => void): () => void {
  const { stdin } = process;
  const listen = (data: Buffer): void => {
    for (const key of data.toString('utf8')) listener(key);
  };
  stdin.setRawMode(true);
  stdin.on('data', listen);
  stdin.resume();
  return () => {
    stdin.off('data', listen);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
