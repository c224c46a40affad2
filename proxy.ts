import { type NextRequest, NextResponse } from 'next/server';
import { contentSecurityPolicy } from '@/lib/core/content-security-policy';
import { isKnownHost } from '@/lib/core/known-host';

/** Runs before every page, action and file: answers only requests that name this server, and says what a page may load. */
export function proxy(request: NextRequest): NextResponse {
  if (!isKnownHost(request.headers.get('host'), process.env.SEGUE_HOSTS)) {
    return new NextResponse(
      'Segue does not answer to this host name. Open it as http://127.0.0.1:3000, or add the name to SEGUE_HOSTS.\n',
      { status: 421, headers: { 'content-type': 'text/plain; charset=utf-8' } },
    );
  }
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64');
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development');
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  // Next.js reads the nonce from here and puts it on its own scripts.
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}
