import { describe, expect, it } from 'vitest';
import { identifierBytes } from '@/lib/core/sql-text';
import { cloneName, fitIdentifier, hashSeed, transitionTag } from './names';

describe('transitionTag', () => {
  it('is stable and differs from name to name', () => {
    expect(transitionTag('rename-users-name')).toBe(transitionTag('rename-users-name'));
    expect(transitionTag('a')).toMatch(/^[0-9a-f]{8}$/);
    expect(transitionTag('a')).not.toBe(transitionTag('b'));
  });
});

describe('hashSeed', () => {
  it('is a signed bigint of at most 63 bits', () => {
    for (const text of ['', 'a', 'users_email_key', 'ä'.repeat(100)]) {
      const seed = BigInt(hashSeed(text));
      expect(seed).toBeGreaterThanOrEqual(-(2n ** 62n));
      expect(seed).toBeLessThan(2n ** 62n);
    }
  });
});

describe('fitIdentifier', () => {
  it('leaves what fits alone', () => {
    expect(fitIdentifier('x'.repeat(63))).toBe('x'.repeat(63));
  });

  it('cuts to 63 bytes and keeps two long names apart', () => {
    const [a, b] = [fitIdentifier(`${'x'.repeat(70)}a`), fitIdentifier(`${'x'.repeat(70)}b`)];
    expect(identifierBytes(a)).toBeLessThanOrEqual(63);
    expect(a).not.toBe(b);
  });

  it('never splits a character', () => {
    const cut = fitIdentifier('😀'.repeat(30));
    expect(identifierBytes(cut)).toBeLessThanOrEqual(63);
    expect(cut).toMatch(/^(😀)+_[0-9a-f]{6}$/u);
  });
});

describe('cloneName', () => {
  it.each([
    ['users_name_idx', 'name', 'full_name', 'users_full_name_idx'],
    ['users_name_key', 'name', 'title', 'users_title_key'],
    ['idx_lookup', 'name', 'full_name', 'idx_lookup_full_name'],
    ['user_id_idx', 'user_id', 'owner', 'owner_idx'],
    ['orders_user_id_idx', 'user_id', 'owner_id', 'orders_owner_id_idx'],
    ['users_username_idx', 'name', 'full_name', 'users_username_idx_full_name'],
  ])('%s of %s becomes, for %s, %s', (original, from, to, expected) => {
    expect(cloneName(original, from, to, [])).toBe(expected);
  });

  it('steps aside where the name is taken', () => {
    expect(cloneName('a_b_idx', 'b', 'c', ['a_c_idx', 'a_c_idx_1'])).toBe('a_c_idx_2');
  });

  it('stays within 63 bytes', () => {
    const name = cloneName(`${'t'.repeat(50)}_name_idx`, 'name', 'a_much_longer_name', []);
    expect(identifierBytes(name)).toBeLessThanOrEqual(63);
  });
});
