import { z } from 'zod';

const version = z.enum(['old', 'new']);

/** What the app tells the traffic's process. */
export const orderMessage = z.strictObject({
  /** Connection strings and switches; sent again whenever a switch is moved. */
  old: z.strictObject({ url: z.string(), on: z.boolean() }),
  new: z.strictObject({ url: z.string(), on: z.boolean() }),
  /** Requests per second of each version. */
  rate: z.number().positive(),
});
export type TrafficOrder = z.output<typeof orderMessage>;

const sample = z.strictObject({
  version,
  requests: z.number().int(),
  errors: z.number().int(),
  slowestMs: z.number().nullable(),
  /** Over the last ten seconds. */
  p99Ms: z.number().nullable(),
  requestsPerSecond: z.number(),
  lastError: z.string().nullable(),
});
export type TrafficSample = z.output<typeof sample>;

/** What one second of traffic was, as the process reports it. Versions that are off are left out. */
export const reportMessage = z.strictObject({ at: z.number(), samples: z.array(sample) });
export type TrafficReport = z.output<typeof reportMessage>;
