import { type NextRequest, NextResponse } from 'next/server';
import { isKnownHost } from '@/lib/core/known-host';

/** Answers only requests that name this server; runs before every page, action and file. */
export function proxy(request: NextRequest): NextResponse {
  const host = request.headers.get('host');
  if (isKnownHost(host, process.env.SEGUE_HOSTS)) return NextResponse.next();
  return new NextResponse(
    'Segue does not answer to this host name. Open it as http://127.0.0.1:3000, or add the name to SEGUE_HOSTS.\n',
    { status: 421, headers: { 'content-type': 'text/plain; charset=utf-8' } },
  );
}
