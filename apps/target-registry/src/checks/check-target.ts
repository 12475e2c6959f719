import { targetCheckedV1, type CheckBody, type ComputeTargetSettings } from '@aml/contracts';
import { toJsonb } from '@aml/database';
import { AppError, toErrorData } from '@aml/errors';
import type { Transactions } from '@aml/messaging';
import type { TargetKind } from '@aml/run-model';
import type { CheckFact, TargetDriver } from '@aml/targets';

/** Is a target usable? Each fact with a verdict and a remedy; the last check of each target is kept. */
export class CheckTarget {
  constructor(
    private readonly transactions: Transactions,
    private readonly drivers: ReadonlyMap<TargetKind, TargetDriver>,
    private readonly seconds: number,
  ) {}

  async execute(target: ComputeTargetSettings): Promise<CheckBody> {
    const driver = this.drivers.get(target.kind);
    if (!driver)
      throw new AppError({
        code: 'target-kind-unknown',
        message: `no driver for targets of kind ${target.kind}`,
        blame: 'user',
      });
    const facts = await this.facts(driver, target);
    const body: CheckBody = {
      targetKey: `${target.kind}@${target.address?.host ?? 'local'}`,
      kind: target.kind,
      name: target.name,
      passed: facts.every(({ verdict }) => verdict !== 'failed'),
      at: new Date().toISOString(),
      facts: [...facts],
    };
    await this.transactions.run(async (unit) => {
      await unit.manager.query(
        'INSERT INTO target_check (target_key, result) VALUES ($1, $2) ON CONFLICT (target_key) DO UPDATE SET result = $2',
        [body.targetKey, toJsonb(body)],
      );
      unit.publish(targetCheckedV1, {
        targetKey: body.targetKey,
        kind: body.kind,
        name: body.name,
        passed: body.passed,
        at: body.at,
      });
    });
    return body;
  }

  async last(): Promise<CheckBody[]> {
    const rows = (await this.transactions.database.query(
      'SELECT result FROM target_check ORDER BY target_key',
    )) as { result: CheckBody }[];
    return rows.map(({ result }) => result);
  }

  private async facts(driver: TargetDriver, target: ComputeTargetSettings): Promise<readonly CheckFact[]> {
    try {
      return await driver.check(target, {
        signal: AbortSignal.timeout(this.seconds * 1000),
        note: () => undefined,
      });
    } catch (error) {
      const { message, hint } = toErrorData(error);
      return [
        { name: 'check', verdict: 'failed', value: message, ...(hint === undefined ? {} : { remedy: hint }) },
      ];
    }
  }
}
