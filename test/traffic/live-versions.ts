import { VERSION_NAMES, type VersionName } from './traffic-spec';

/** Which application versions are in service, and how many operations of each are under way. */
export class LiveVersions {
  private live: readonly VersionName[] = [];
  private readonly running: Record<VersionName, number> = { old: 0, dual: 0, new: 0 };
  private waiters: (() => void)[] = [];

  get all(): readonly VersionName[] {
    return this.live;
  }

  /** Puts versions into and out of service. Resolves when no operation of a stopped one is under way. */
  async set(live: readonly VersionName[]): Promise<void> {
    this.live = live;
    const stopped = VERSION_NAMES.filter((version) => !live.includes(version));
    while (stopped.some((version) => this.running[version] > 0)) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  async during<T>(version: VersionName, work: () => Promise<T>): Promise<T> {
    this.running[version] += 1;
    try {
      return await work();
    } finally {
      this.running[version] -= 1;
      const waiting = this.waiters;
      this.waiters = [];
      for (const wake of waiting) wake();
    }
  }
}
