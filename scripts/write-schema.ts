// `npm run docs:schema`: writes docs/operations-file.schema.json from the schema that the command line checks with.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { operationsFileSchema } from '@/lib/cli/operations-file-schema';

const file = path.join(import.meta.dirname, '..', 'docs', 'operations-file.schema.json');
writeFileSync(file, operationsFileSchema());
process.stdout.write(`wrote ${file}\n`);
