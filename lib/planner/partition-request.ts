import type { RelationName } from '@/lib/core/sql-text';

/** Asks for the rule of a partition; `values` where it is not attached yet. */
export interface PartitionRequest {
  readonly parent: RelationName;
  readonly partition: RelationName;
  readonly values: string | null;
}

/** The key under which the catalog has the answer. */
export function partitionKey({ parent, partition, values }: PartitionRequest): string {
  return JSON.stringify([parent.schema, parent.name, partition.schema, partition.name, values]);
}
