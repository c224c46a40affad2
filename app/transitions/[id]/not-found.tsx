import { NotFoundPage } from '@/components/layout/not-found-page';

export default function NotFound() {
  return (
    <NotFoundPage
      title="There is no such transition"
      lead="It may have been removed with its database."
      to={{ label: 'Transitions', href: '/' }}
    />
  );
}
