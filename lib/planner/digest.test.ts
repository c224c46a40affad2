import { describe, expect, it } from 'vitest';
import { operationOn, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';
import { canonicalJson, digestOf } from './digest';

describe('canonicalJson', () => {
  it('sorts keys and leaves undefined out', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  });
});

describe('digestOf', () => {
  it('is a sha256 that does not depend on the order of keys', () => {
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
    expect(digestOf({ a: 1 })).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the plan digest', () => {
  const operation = operationOn.rename('name', 'full_name');
  const digest = planOf(operation).digest;

  it('is the same for the same operations and catalog', () => {
    expect(planOf(operation).digest).toBe(digest);
  });

  it('leaves statistics out: more rows, same plan', () => {
    const grown = sampleCatalog(
      sampleTable([sampleColumn('name')], { estimatedRows: 9_000_000, bytes: 1e9 }),
    );
    expect(planOf(operation, grown).digest).toBe(digest);
  });

  it('changes with the operation, the name, the way of writing, and the SQL', () => {
    const indexed = sampleCatalog(
      sampleTable([sampleColumn('name')], { indexes: [sampleIndex('users_name_idx', ['name'])] }),
    );
    const others = [
      planOf(operationOn.rename('name', 'title')),
      planOf(operation, sampleCatalog(), { name: 'other' }),
      planOf(operation, sampleCatalog(), { dualWrite: 'application' }),
      planOf(operation, indexed),
    ];
    expect(new Set([digest, ...others.map((plan) => plan.digest)]).size).toBe(5);
  });
});
