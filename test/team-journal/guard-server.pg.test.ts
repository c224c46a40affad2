import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { POST } from '@/app/api/v1/guard/route';
import { callSegue } from '@/test/call-segue';
import { makeWorkspace, type Workspace } from '@/test/run-segue';
import { openServiceStory, type ServiceStory } from '@/test/service-story';
import { drizzleFolder, stockMigrate } from './drizzle-folder';

/** A CI run that has no way into the database asks a dashboard that knows it. */
let story: ServiceStory;
let server: Server;
let url: string;
let workspace: Workspace;
let folder: ReturnType<typeof drizzleFolder>;
const tokens: (string | undefined)[] = [];

beforeAll(async () => {
  story = await openServiceStory({ rows: 5 });
  workspace = makeWorkspace();
  folder = drizzleFolder(workspace, 'm');
  folder.add('start', 'CREATE TABLE "notes" ("id" serial PRIMARY KEY, "body" text);');
  await stockMigrate(story.harness.target.owner.url, workspace, 'm');
  globalThis.segueServices = Promise.resolve(story.harness.context);
  // The route as the server has it, without the server around it.
  server = createServer(async (request, response) => {
    tokens.push(request.headers.authorization);
    const answer = await POST(
      new Request(`http://x${request.url}`, {
        method: 'POST',
        headers: { 'content-type': request.headers['content-type'] ?? '' },
        body: await text(request),
      }),
      { params: Promise.resolve(undefined) },
    );
    response.writeHead(request.url === '/api/v1/guard' ? answer.status : 404, {
      'content-type': 'application/json',
    });
    response.end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const id = await story.draft('rename customers.name');
  await story.approve(id);
  await story.advance(id);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  globalThis.segueServices = undefined;
  server.closeAllConnections();
  server.close();
  workspace.remove();
  await story.close();
});

const guard = (...args: string[]) => callSegue(['guard', ...args], workspace.folder);

it('fails for what is pending in a folder and touches a table in transition, as with the database itself', async () => {
  expect(await guard('m', '--server', url, '--name', 'Shop')).toMatchObject({
    code: 0,
    stdout: '0 pending. Not touched: public.customers, in transition.\n',
  });
  folder.add('fax', 'ALTER TABLE "customers" ADD COLUMN "fax" text;');
  vi.stubEnv('SEGUE_TOKEN', 'of a proxy');
  const asked = await guard('m', '--server', `${url}/`, '--name', 'shop', '--json');
  const own = await guard('m', '--database', story.harness.target.owner.url, '--json');
  expect(asked.code).toBe(1);
  expect(asked.last()).toMatchObject({
    findings: [{ rule: 'table-in-transition', relation: 'public.customers', line: 1 }],
  });
  expect(asked.last()).toEqual(own.last());
  expect(new Set(tokens)).toEqual(new Set([undefined, 'Bearer of a proxy']));
});

it('says what is wrong: no such database, no such server, nothing named', async () => {
  const said = async (...args: string[]) => {
    const { code, stderr } = await guard('m', ...args);
    return [code, stderr];
  };
  expect(await said('--server', url, '--name', 'Nobody')).toEqual([
    2,
    expect.stringContaining('There is no database "Nobody"'),
  ]);
  expect(await said('--server', `${url}/elsewhere`, '--name', 'Shop')).toEqual([
    2,
    expect.stringMatching(/answers 404/),
  ]);
  expect(await said('--server', 'http://127.0.0.1:1', '--name', 'Shop')).toEqual([
    2,
    expect.stringContaining('No answer from 127.0.0.1:1'),
  ]);
  expect(await said('--server', 'nowhere', '--name', 'Shop')).toEqual([
    2,
    expect.stringContaining('no address'),
  ]);
  expect(await said('--server', url)).toEqual([2, expect.stringContaining('which database')]);
  expect(await said('--server', url, '--name', 'Shop', '--database', 'postgres://x')).toEqual([
    2,
    expect.stringContaining('exclude each other'),
  ]);
});
