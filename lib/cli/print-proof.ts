import { type Proof, proofSentence } from '@/lib/core/proof';
import { printLine } from './output';

/** What a proof found, for people. */
export function printProof(proof: Proof): void {
  printLine(proofSentence(proof));
  for (const difference of proof.differences) printLine(`  ${difference}`);
  if (proof.rawFailsOnRows !== null)
    printLine(`The file itself fails as soon as its tables have rows: ${proof.rawFailsOnRows}.`);
  for (const lack of proof.copyLacks) printLine(`not on the copy as in the database: ${lack}`);
}
