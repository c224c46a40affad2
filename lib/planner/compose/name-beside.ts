import { fitIdentifier } from '../names';

/** What a constraint or index is called while the one whose name it takes over is still there. */
export function nameBeside(tag: string, name: string): string {
  return fitIdentifier(`segue_new_${tag}_${name}`);
}
