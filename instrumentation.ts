/** Next calls it once per server process: the worker runs inside the app unless SEGUE_WORKER=off, and so does the sandbox's traffic. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || process.env.SEGUE_WORKER === 'off') return;
  const { startProcessWorker } = await import('./lib/worker/process-worker');
  // Set by the start script where Next leaves ending the process to the worker.
  void startProcessWorker({ exitAfterStop: process.env.NEXT_MANUAL_SIG_HANDLE === 'true' });
  const { resumeProcessSandbox } = await import('./lib/sandbox/resume-sandbox');
  void resumeProcessSandbox();
}
