import { Activity, Database, type LucideIcon, Route, Settings } from 'lucide-react';

interface NavItem {
  readonly href: '/' | '/databases' | '/activity' | '/settings';
  readonly label: string;
  readonly icon: LucideIcon;
}

/** The places of the rail, in order. */
export const NAV_ITEMS: readonly NavItem[] = [
  { href: '/', label: 'Transitions', icon: Route },
  { href: '/databases', label: 'Databases', icon: Database },
  { href: '/activity', label: 'Activity', icon: Activity },
  { href: '/settings', label: 'Settings', icon: Settings },
];

/** True where a path belongs to a place: transitions live under "/transitions" too. */
export function isCurrent(href: string, path: string): boolean {
  if (href === '/') return path === '/' || path.startsWith('/transitions');
  return path === href || path.startsWith(`${href}/`);
}
