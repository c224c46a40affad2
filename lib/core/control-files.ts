/** Files of a migrations folder that say in which order the others run, or for which database they are. `../`: beside the folder. */
export const CONTROL_FILES = [
  'meta/_journal.json',
  'migration_lock.toml',
  'sqitch.plan',
  '../sqitch.plan',
] as const;
