import { NotFoundPage } from '@/components/layout/not-found-page';

export default function NotFound() {
  return (
    <NotFoundPage
      title="There is no such page"
      lead="The address may be mistyped."
      to={{ label: 'Transitions', href: '/' }}
    />
  );
}
