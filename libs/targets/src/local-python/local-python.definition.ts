import { ComputeTargetSettings } from '@aml/contracts';
import type { TargetDefinition } from '../shared/target-definition';

export const localPythonDefinition: TargetDefinition = {
  kind: 'local-python',
  title: "the user's own Python on this machine",
  environment: 'own',
  settings: ComputeTargetSettings.pick({
    name: true,
    file: true,
    pythonLocation: true,
    sparkSubmitLocation: true,
    nativeSharedDirectory: true,
  }),
};
