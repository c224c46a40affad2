import 'server-only';
import { unstable_rethrow } from 'next/navigation';
import { z } from 'zod';
import type { Actor } from '@/lib/core/available-actions';
import { type ErrorCode, SegueError } from '@/lib/core/errors';
import { actorOfName } from '@/lib/services/introduce';
import { type ServiceContext, serviceContext } from '@/lib/services/service-context';
import type { ActionError } from './action-result';
import { currentActor } from './session';
import { inputError, toActionError } from './to-action-error';

type Params = Record<string, string>;
type Route = (request: Request, segment: { params: Promise<Params | undefined> }) => Promise<Response>;

/** A GET: parameters of the path → one service → its view as JSON, never cached. */
export function readRoute<T>(
  handler: (context: ServiceContext, params: Params, actor: Actor | null) => Promise<T>,
): Route {
  return async (_request, { params }) => {
    try {
      const actor = await currentActor('api');
      return json(await handler(await serviceContext(), (await params) ?? {}, actor));
    } catch (error) {
      unstable_rethrow(error);
      return errorResponse(toActionError(error));
    }
  };
}

/** A GET that gives a file to keep; errors are JSON as everywhere. */
export function downloadRoute(
  handler: (
    context: ServiceContext,
    params: Params,
  ) => Promise<{ readonly fileName: string; readonly type: string; readonly bytes: Buffer }>,
): Route {
  return async (_request, { params }) => {
    try {
      const { fileName, type, bytes } = await handler(await serviceContext(), (await params) ?? {});
      return new Response(new Uint8Array(bytes), {
        headers: {
          'cache-control': 'no-store',
          'content-type': type,
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
        },
      });
    } catch (error) {
      unstable_rethrow(error);
      return errorResponse(toActionError(error));
    }
  };
}

/**
 * A POST, PATCH or DELETE with a JSON body of `schema`. The actor is the browser's, or the display name in the header `x-segue-actor`. Only
 * JSON from the same origin, or from no origin (a program), is taken: a foreign page cannot act in a person's name.
 */
export function writeRoute<S extends z.ZodType, T>(
  schema: S,
  handler: (context: ServiceContext, actor: Actor, id: string, input: z.output<S>) => Promise<T>,
): Route {
  return async (request, { params }) => {
    try {
      requireSameOrigin(request);
      const body = schema.safeParse(await readBody(request));
      if (!body.success) return errorResponse(inputError(body.error));
      const context = await serviceContext();
      const actor = await actorOfRequest(context, request);
      if (actor === null) return errorResponse(INTRODUCE);
      // A route without a parameter in its path has none.
      const { id = '' } = (await params) ?? {};
      return json((await handler(context, actor, id, body.data)) ?? { ok: true });
    } catch (error) {
      unstable_rethrow(error);
      return errorResponse(toActionError(error));
    }
  };
}

/**
 * A POST that only looks, for what does not fit into an address, with a JSON body of `schema`; nobody needs a name to look. A
 * server action cannot be called off and makes the next one wait; this ends where the browser hangs up (`signal`).
 */
export function questionRoute<S extends z.ZodType, T>(
  schema: S,
  handler: (context: ServiceContext, input: z.output<S>, signal: AbortSignal) => Promise<T>,
): Route {
  return async (request) => {
    try {
      requireSameOrigin(request);
      const body = schema.safeParse(await readBody(request));
      if (!body.success) return errorResponse(inputError(body.error));
      return json(await handler(await serviceContext(), body.data, request.signal));
    } catch (error) {
      // Nobody reads this answer any more.
      if (request.signal.aborted) return new Response(null, { status: 499 });
      unstable_rethrow(error);
      return errorResponse(toActionError(error));
    }
  };
}

const INTRODUCE: ActionError = {
  code: 'introduce',
  message: 'Give your name first: every act records who did it.',
  next: 'Send the header x-segue-actor with a display name.',
  object: 'x-segue-actor',
};

const actorName = z.string().trim().min(1).max(80);

async function actorOfRequest(context: ServiceContext, request: Request): Promise<Actor | null> {
  const name = actorName.safeParse(request.headers.get('x-segue-actor'));
  return name.success ? actorOfName(context, name.data, 'api') : currentActor('api');
}

function requireSameOrigin(request: Request): void {
  const origin = request.headers.get('origin');
  const host = request.headers.get('host');
  const foreign = origin !== null && (!URL.canParse(origin) || new URL(origin).host !== host);
  const type = request.headers.get('content-type') ?? '';
  if (!foreign && type.startsWith('application/json')) return;
  throw new SegueError(
    'not_allowed',
    'This takes JSON (content-type application/json) from its own origin only.',
    {
      next: 'Send the request from the dashboard, or from a program without an Origin header.',
    },
  );
}

async function readBody(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch (cause) {
    throw new SegueError('invalid_input', 'The body is not JSON.', { next: 'Send a JSON object.', cause });
  }
}

const STATUS: Partial<Record<ErrorCode | 'introduce', number>> = {
  introduce: 401,
  invalid_input: 400,
  not_found: 404,
  unknown_table: 404,
  unknown_column: 404,
  connection_failed: 502,
  connection_lost: 502,
  internal: 500,
};

/** Refusals that a person can clear are 409. */
function errorResponse(error: ActionError): Response {
  return json({ error }, STATUS[error.code] ?? 409);
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}
