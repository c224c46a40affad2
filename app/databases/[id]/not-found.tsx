import { NotFoundPage } from '@/components/layout/not-found-page';

export default function NotFound() {
  return (
    <NotFoundPage
      title="There is no such database"
      lead="It may have been removed from Segue."
      to={{ label: 'Databases', href: '/databases' }}
    />
  );
}
