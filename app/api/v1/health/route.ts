import { checkHealth } from '@/lib/services/check-health';

export const dynamic = 'force-dynamic';

/** For load balancers and the start script: 200 while the control database answers, else 503. */
export async function GET(): Promise<Response> {
  const health = await checkHealth();
  return Response.json(health, { status: health.ok ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}
