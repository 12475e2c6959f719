import type { CommandDefinition } from '../command';
import { accountListCommand } from './account/list.command';
import { accountSetCommand } from './account/set.command';
import { accountShowCommand } from './account/show.command';
import { assetDownloadCommand } from './asset/download.command';
import { assetListCommand } from './asset/list.command';
import { completionCommand } from './completion/completion.command';
import { attachCommand } from './computetarget/attach.command';
import { targetCheckCommand } from './computetarget/check.command';
import { detachCommand } from './computetarget/detach.command';
import { targetListCommand } from './computetarget/list.command';
import { targetShowCommand } from './computetarget/show.command';
import { updateCommand } from './computetarget/update.command';
import { configCheckCommand } from './config/check.command';
import { environmentListCommand } from './environment/list.command';
import { environmentPlanCommand } from './environment/plan.command';
import { environmentPruneCommand } from './environment/prune.command';
import { environmentShowCommand } from './environment/show.command';
import { executeStartCommand } from './execute/start.command';
import { cancelCommand } from './experiment/cancel.command';
import { cleanCommand } from './experiment/clean.command';
import { diagnosticsCommand } from './experiment/diagnostics.command';
import { logsCommand } from './experiment/logs.command';
import { prepareCommand } from './experiment/prepare.command';
import { statusCommand } from './experiment/status.command';
import { submitCommand } from './experiment/submit.command';
import { historyCompareCommand } from './history/compare.command';
import { historyDownloadCommand } from './history/download.command';
import { historyInfoCommand } from './history/info.command';
import { historyLastCommand } from './history/last.command';
import { historyListCommand } from './history/list.command';
import { historyPromoteCommand } from './history/promote.command';
import { loginCommand } from './login/login.command';
import { projectCreateCommand } from './project/create.command';
import { initCommand } from './project/init.command';
import { projectListCommand } from './project/list.command';
import { projectShowCommand } from './project/show.command';
import { runConfigurationCreateCommand } from './runconfiguration/create.command';
import { runConfigurationDeleteCommand } from './runconfiguration/delete.command';
import { runConfigurationListCommand } from './runconfiguration/list.command';
import { runConfigurationShowCommand } from './runconfiguration/show.command';
import { secretAdoptCommand } from './secret/adopt.command';
import { secretDeleteCommand } from './secret/delete.command';
import { secretListCommand } from './secret/list.command';
import { serverLogsCommand } from './server/logs.command';
import { serverStartCommand } from './server/start.command';
import { serverStatusCommand } from './server/status.command';
import { serverStopCommand } from './server/stop.command';
import { snapshotPreviewCommand } from './snapshot/preview.command';

export interface Group {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
}

/** The first words, in the order in which help lists them. */
export const GROUPS: readonly Group[] = [
  { name: 'project', aliases: ['projects'], summary: 'Make and list projects' },
  { name: 'init', summary: 'Make a project of this folder' },
  { name: 'experiment', aliases: ['experiments'], summary: 'Submit, follow, cancel and clean up runs' },
  { name: 'execute', summary: 'An early spelling of `experiment`' },
  { name: 'history', summary: 'Records of runs: list, compare, download' },
  { name: 'asset', aliases: ['assets'], summary: 'Outputs that were given a name of their own' },
  { name: 'computetarget', aliases: ['computetargets'], summary: 'Where runs go' },
  { name: 'runconfiguration', aliases: ['runconfigurations'], summary: 'How runs are made' },
  { name: 'environment', aliases: ['environments'], summary: 'What runs find installed' },
  { name: 'config', summary: 'Check configuration files' },
  { name: 'snapshot', summary: 'What of a project is sent' },
  { name: 'secret', aliases: ['secrets'], summary: 'Passwords of compute targets' },
  { name: 'server', summary: 'The services on this machine' },
  { name: 'login', summary: 'Sign in' },
  { name: 'account', summary: 'Who you are to the services' },
  { name: 'completion', summary: 'Completion for bash, zsh and fish' },
];

/** Every command; those of a group in the order of its help. */
export const COMMANDS: readonly CommandDefinition[] = [
  submitCommand,
  prepareCommand,
  statusCommand,
  logsCommand,
  cancelCommand,
  cleanCommand,
  diagnosticsCommand,
  executeStartCommand,
  historyListCommand,
  historyLastCommand,
  historyInfoCommand,
  historyCompareCommand,
  historyDownloadCommand,
  historyPromoteCommand,
  assetListCommand,
  assetDownloadCommand,
  attachCommand,
  targetListCommand,
  targetShowCommand,
  targetCheckCommand,
  updateCommand,
  detachCommand,
  runConfigurationCreateCommand,
  runConfigurationListCommand,
  runConfigurationShowCommand,
  runConfigurationDeleteCommand,
  environmentPlanCommand,
  environmentListCommand,
  environmentShowCommand,
  environmentPruneCommand,
  projectCreateCommand,
  projectListCommand,
  projectShowCommand,
  initCommand,
  configCheckCommand,
  snapshotPreviewCommand,
  secretAdoptCommand,
  secretListCommand,
  secretDeleteCommand,
  serverStartCommand,
  serverStopCommand,
  serverStatusCommand,
  serverLogsCommand,
  loginCommand,
  accountListCommand,
  accountShowCommand,
  accountSetCommand,
  completionCommand,
];
