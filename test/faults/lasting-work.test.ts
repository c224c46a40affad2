import { describe, expect, it } from 'vitest';
import { followWork, nameOfWork } from './lasting-work';

function message(type: string, ...texts: readonly string[]): Buffer {
  const body = Buffer.from(texts.map((text) => `${text}\0`).join(''));
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

const query = (text: string) => message('Q', text);

describe('the work that a COMMIT makes last', () => {
  it('is what was written since the transaction began, with its values', () => {
    const follower = followWork();
    const sent = [
      query('begin'),
      message('P', 'p1', 'INSERT INTO segue.steps SELECT $1'),
      message('B', '', 'p1', 'a step'),
      query('commit'),
    ];
    const found = sent.map((each) => follower.next(each));
    expect(found.slice(0, -1)).toEqual([null, null, null]);
    expect(found.at(-1)).toContain('INSERT INTO segue.steps SELECT $1 a step');
  });

  it('is nothing where it only read, or was taken back', () => {
    const follower = followWork();
    for (const text of ['begin', 'SELECT 1', 'commit', 'begin', 'DELETE FROM t', 'rollback', 'commit'])
      expect(follower.next(query(text))).toBeNull();
  });

  it('is a statement that writes by itself: a batch, an index build; no heartbeat', () => {
    const follower = followWork();
    for (const text of ['EXECUTE segue_1; EXECUTE segue_2(3)', 'CREATE INDEX CONCURRENTLY i ON t (a)'])
      expect(follower.next(query(text))).toContain(text);
    for (const text of [
      'UPDATE segue.leases SET heartbeat_at = now()',
      'PREPARE segue_1 AS UPDATE t SET a = 1',
    ])
      expect(follower.next(query(text))).toBeNull();
  });

  it('has the same name in another try', () => {
    expect(nameOfWork('epoch 12 of 0b4c1d2e-aaaa-4bbb-8ccc-0123456789ab')).toBe(
      nameOfWork('epoch 7 of 1b4c1d2e-aaaa-4bbb-8ccc-0123456789ff'),
    );
  });
});
