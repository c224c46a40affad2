import type { Memory } from './memory';

/** The same schema once more: what is done to one of them does not show in the other. */
export function copyMemory(memory: Memory): Memory {
  return {
    serverVersionNum: memory.serverVersionNum,
    tables: new Map([...memory.tables].map(([label, table]) => [label, { ...table }])),
    views: new Map(memory.views),
    enums: new Map([...memory.enums].map(([label, type]) => [label, { ...type }])),
    domains: new Map(memory.domains),
    functions: new Map(memory.functions),
    schemas: new Set(memory.schemas),
    otherNames: new Map(memory.otherNames),
    comments: new Map(memory.comments),
    definitions: new Map(memory.definitions),
    searchPath: memory.searchPath,
    changes: [],
  };
}
