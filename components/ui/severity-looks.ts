import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';

/** Icon, colour and word of each severity. */
export const SEVERITY_LOOKS = {
  error: { icon: OctagonAlert, className: 'text-failed', word: 'Error' },
  warning: { icon: TriangleAlert, className: 'text-waiting', word: 'Warning' },
  info: { icon: Info, className: 'text-running', word: 'Note' },
} as const;
