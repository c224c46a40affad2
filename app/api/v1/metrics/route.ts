import { metricsText } from '@/lib/services/metrics-text';
import { serviceContext } from '@/lib/services/service-context';

export const dynamic = 'force-dynamic';

/** Prometheus text format, version 0.0.4. */
export async function GET(): Promise<Response> {
  const body = await metricsText(await serviceContext());
  return new Response(body, {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
  });
}
