import { expect, it } from 'vitest';
import { loggedError } from './logger';

it('a fault is logged without the connection that its driver hangs on it, causes included', () => {
  const cause = new Error('reset by peer');
  const fault = Object.assign(new Error('terminating connection', { cause }), {
    code: '57P01',
    client: { password: 'secret', host: 'db.example' },
  });
  const logged = loggedError(fault);
  expect(logged).toMatchObject({
    type: 'Error',
    message: 'terminating connection: reset by peer',
    code: '57P01',
    stack: expect.stringContaining('caused by'),
  });
  expect(JSON.stringify(logged)).not.toMatch(/secret|db\.example/);
});
