import { describe, expect, it } from 'vitest';
import { isFinal, RUN_STATES, type RunState } from './run-state';
import { mayFollow, RUN_TRANSITIONS, transition } from './run-transitions';

describe('the transitions of a run', () => {
  it('reach every state from NotStarted', () => {
    const seen = new Set<RunState>(['NotStarted']);
    for (const state of seen) RUN_TRANSITIONS[state].forEach((next) => seen.add(next));
    expect([...seen].sort()).toEqual([...RUN_STATES].sort());
  });

  it('leave no final state', () => {
    for (const state of RUN_STATES.filter(isFinal)) expect(RUN_TRANSITIONS[state]).toEqual([]);
  });

  it('let a cancel be asked for in every state that is not final', () => {
    for (const state of RUN_STATES.filter((each) => !isFinal(each) && each !== 'CancelRequested')) {
      expect(mayFollow(state, 'CancelRequested'), state).toBe(true);
    }
  });

  it('lead from every state that is not final to a final one', () => {
    for (const start of RUN_STATES) {
      const seen = new Set<RunState>([start]);
      for (const state of seen) RUN_TRANSITIONS[state].forEach((next) => seen.add(next));
      expect([...seen].some(isFinal), start).toBe(true);
    }
  });

  it('never call a run canceled or completed while the target is out of reach', () => {
    expect(mayFollow('NotResponding', 'Canceled')).toBe(false);
    expect(mayFollow('NotResponding', 'Completed')).toBe(false);
  });

  it('name both states when a step is refused', () => {
    expect(() => transition('Completed', 'Running')).toThrow(
      'a run that is Completed cannot become Running: nothing leaves a final state',
    );
  });
});
